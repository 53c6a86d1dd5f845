package io.syncguard.redis.common;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.syncguard.FenceToken;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockOperation;
import io.syncguard.LockRecord;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.ExtendResult.Absent;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.ListedLock;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.Tolerance;
import io.syncguard.spi.TurnWakeUps;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the scripts reply: one string each, whose first character says what the rest is. Stateless.
 *
 * <p>Each method throws {@code INTERNAL} for a foreign value under a key of ours (ERR-3) and for a reply no script of
 * ours gives.
 */
public final class RedisReplies {
    private static final int FENCE_DIGITS = 15;

    /** The beginning of a line about a lock that too few replicas have; no script writes one. */
    private static final String TOO_FEW_REPLICAS = "W";

    private static final ObjectMapper JSON = new ObjectMapper();

    private RedisReplies() {}

    /**
     * Reads the reply of {@link RedisScript#ACQUIRE}.
     *
     * @param fingerprint what stands for the key in messages
     * @throws LockException also {@code INVALID_ARGUMENT} if the id holds another key, {@code ABORTED} if it was
     *     abandoned, {@code INTERNAL} if the counter is exhausted
     */
    public static AcquireResult acquire(@Nullable Object reply, Fingerprinted fingerprint) {
        if (reply instanceof byte[] bytes && bytes.length > 1 + FENCE_DIGITS && bytes[0] == 'A') {
            return acquired(bytes, fingerprint);
        }
        String text = text(reply, LockOperation.ACQUIRE, fingerprint);
        return switch (text.charAt(0)) {
            case 'A' -> throw foreign("string", LockOperation.ACQUIRE, fingerprint);
            case 'C' -> contended(text, fingerprint);
            case 'X' ->
                throw failed(
                        LockErrorCode.ABORTED,
                        LockOperation.ACQUIRE,
                        fingerprint,
                        "this acquire was abandoned before it reached the server; use a fresh id");
            case 'I' ->
                throw LockException.invalidArgument(
                        "the lock id holds another key already; each acquisition needs an id of its own");
            case 'O' ->
                throw failed(
                        LockErrorCode.INTERNAL,
                        LockOperation.ACQUIRE,
                        fingerprint,
                        "the key's fence counter is exhausted; use another key");
            default -> throw unexpected(text, LockOperation.ACQUIRE, fingerprint);
        };
    }

    /** Makes no text of it: each acquire comes through here. */
    private static Acquired acquired(byte[] reply, Fingerprinted fingerprint) {
        int end = 1 + FENCE_DIGITS;
        return new Acquired(
                new FenceToken(digits(reply, 1, end, fingerprint)),
                Instant.ofEpochMilli(digits(reply, end, reply.length, fingerprint)));
    }

    private static long digits(byte[] reply, int from, int to, Fingerprinted fingerprint) {
        long number = 0;
        for (int i = from; i < to; i++) {
            int digit = reply[i] - '0';
            if (digit < 0 || digit > 9 || number > Long.MAX_VALUE / 10 - 1) {
                throw foreign("string", LockOperation.ACQUIRE, fingerprint);
            }
            number = number * 10 + digit;
        }
        return number;
    }

    private static Contended contended(String text, Fingerprinted fingerprint) {
        int comma = text.indexOf(',');
        long expiresAt = number(text, 1, comma, LockOperation.ACQUIRE, fingerprint);
        long freeIn = number(text, comma + 1, text.length(), LockOperation.ACQUIRE, fingerprint);
        return Contended.until(Instant.ofEpochMilli(Tolerance.freeAtMillis(expiresAt)), Duration.ofMillis(freeIn));
    }

    /** Returns a number within a reply; what is none comes from a value that looked like ours and is not. */
    private static long number(String text, int from, int to, LockOperation operation, Fingerprinted fingerprint) {
        try {
            return Long.parseLong(text, from, to, 10);
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            throw foreign("string", operation, fingerprint);
        }
    }

    /**
     * Reads the reply of {@link RedisScript#RELEASE}.
     *
     * @param wakeUps is told whose turn it is; null if nobody is
     */
    static ReleaseResult release(@Nullable Object reply, Fingerprinted fingerprint, @Nullable TurnWakeUps wakeUps) {
        if (reply instanceof byte[] bytes && bytes.length == 1 && bytes[0] == 'R') {
            return ReleaseResult.RELEASED;
        }
        String text = text(reply, LockOperation.RELEASE, fingerprint);
        return switch (text.charAt(0)) {
            case 'R' -> {
                tell(wakeUps, text, fingerprint);
                yield ReleaseResult.RELEASED;
            }
            case 'N', 'M' -> ReleaseResult.ABSENT;
            default -> throw unexpected(text, LockOperation.RELEASE, fingerprint);
        };
    }

    private static void tell(@Nullable TurnWakeUps wakeUps, String released, Fingerprinted fingerprint) {
        char how = released.charAt(1);
        int comma = released.indexOf(',');
        boolean ours = how == '=';
        if (!ours && !((how == '>' || how == '!') && comma >= 2)) {
            throw unknown(LockOperation.RELEASE, fingerprint);
        }
        if (wakeUps == null) {
            return;
        }
        if (ours) {
            wakeUps.ourTurn(released.substring(2));
        } else {
            wakeUps.wokenElsewhere(released.substring(comma + 1), released.substring(2, comma), how == '!');
        }
    }

    /** Reads the reply of {@link RedisScript#EXTEND} for one lock. */
    public static ExtendResult extend(@Nullable Object reply, Fingerprinted fingerprint) {
        return extended(text(reply, LockOperation.EXTEND, fingerprint), fingerprint);
    }

    /** Deals out the reply of {@link RedisScript#EXTEND} for several locks, of which {@link #extended} reads each. */
    static String[] extensions(@Nullable Object reply, int count) {
        String text = text(reply, LockOperation.EXTEND, Fingerprinted.NO_ONE_LOCK);
        String[] lines = text.split("\n", -1);
        if (lines.length != count || Arrays.asList(lines).contains("")) {
            throw unknown(LockOperation.EXTEND, Fingerprinted.NO_ONE_LOCK);
        }
        return lines;
    }

    /** Returns whether any of several locks was prolonged. */
    static boolean anyExtended(String[] lines) {
        return Arrays.stream(lines).anyMatch(line -> line.charAt(0) == 'E');
    }

    /** Returns the lines about several locks, where too few replicas have those that were prolonged. */
    static String[] withoutReplicas(String[] lines, long replicas) {
        return Arrays.stream(lines)
                .map(line -> line.charAt(0) == 'E' ? TOO_FEW_REPLICAS + replicas : line)
                .toArray(String[]::new);
    }

    /** Returns how many replicas have what a line is about; empty if enough of them. */
    static OptionalLong replicasOf(String line) {
        return line.startsWith(TOO_FEW_REPLICAS)
                ? OptionalLong.of(Long.parseLong(line, TOO_FEW_REPLICAS.length(), line.length(), 10))
                : OptionalLong.empty();
    }

    /** Reads what {@link RedisScript#EXTEND} says of one lock; not empty. */
    static ExtendResult extended(String text, Fingerprinted fingerprint) {
        return switch (text.charAt(0)) {
            case 'E' ->
                new Extended(Instant.ofEpochMilli(number(text, 1, text.length(), LockOperation.EXTEND, fingerprint)));
            case 'N', 'M' -> new Absent();
            default -> throw unexpected(text, LockOperation.EXTEND, fingerprint);
        };
    }

    /** Reads the reply of {@link RedisScript#PING}: true. */
    static boolean pong(@Nullable Object reply, Fingerprinted fingerprint) {
        String text = text(reply, LockOperation.PING, fingerprint);
        if (!text.equals("P")) {
            throw unexpected(text, LockOperation.PING, fingerprint);
        }
        return true;
    }

    /** Reads the reply of {@link RedisScript#IS_LOCKED}. */
    public static boolean isLocked(@Nullable Object reply, Fingerprinted fingerprint) {
        String text = text(reply, LockOperation.IS_LOCKED, fingerprint);
        return switch (text.charAt(0)) {
            case 'L' -> true;
            case 'U' -> false;
            default -> throw unexpected(text, LockOperation.IS_LOCKED, fingerprint);
        };
    }

    /** Reads the reply of {@link RedisScript#LOOKUP_BY_KEY} or {@link RedisScript#LOOKUP_BY_ID}; live locks only. */
    public static Optional<LockRecord> lookup(@Nullable Object reply, Fingerprinted fingerprint) {
        String text = text(reply, LockOperation.LOOKUP, fingerprint);
        return switch (text.charAt(0)) {
            case 'N', 'M' -> Optional.empty();
            case 'V' -> {
                int comma = text.indexOf(',');
                long now = number(text, 1, comma, LockOperation.LOOKUP, fingerprint);
                yield live(text.substring(comma + 1), now, fingerprint);
            }
            default -> throw unexpected(text, LockOperation.LOOKUP, fingerprint);
        };
    }

    private static Optional<LockRecord> live(String json, long nowMillis, Fingerprinted fingerprint) {
        try {
            return live(json, nowMillis);
        } catch (JsonProcessingException | IllegalArgumentException | LockException e) {
            // No cause: Jackson's message would quote the value, and with it the raw key.
            throw foreign("string", LockOperation.LOOKUP, fingerprint);
        }
    }

    private static Optional<LockRecord> live(String json, long nowMillis) throws JsonProcessingException {
        JsonNode lock = JSON.readTree(json);
        long expiresAt = number(lock, "expiresAtMs");
        if (!Tolerance.isLive(expiresAt, nowMillis)) {
            return Optional.empty();
        }
        return Optional.of(new LockRecord(
                text(lock, "key"),
                LockId.of(text(lock, "lockId")),
                FenceToken.parse(text(lock, "fence")),
                Instant.ofEpochMilli(number(lock, "acquiredAtMs")),
                Instant.ofEpochMilli(expiresAt),
                Duration.ofMillis(Math.max(0, expiresAt - nowMillis)),
                Optional.ofNullable(lock.path("holder").textValue())));
    }

    /** Reads the reply of {@link RedisScript#LIST}; live locks only, and nothing that is no lock of ours. */
    static RedisListing.ShardPage list(@Nullable Object reply, Fingerprinted fingerprint) {
        String text = text(reply, LockOperation.LOOKUP, fingerprint);
        try {
            JsonNode page = JSON.readTree(text);
            long now = number(page, "now");
            List<ListedLock> locks = new ArrayList<>();
            for (JsonNode each : page.required("locks")) {
                int told = each.path(0).asInt();
                OptionalInt waiting = told < 0 ? OptionalInt.empty() : OptionalInt.of(told);
                liveOrForeign(each.path(1).asText(), now).ifPresent(lock -> locks.add(new ListedLock(lock, waiting)));
            }
            return new RedisListing.ShardPage(locks, text(page, "next"));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw unknown(LockOperation.LOOKUP, fingerprint);
        }
    }

    private static Optional<LockRecord> liveOrForeign(String json, long nowMillis) {
        try {
            return live(json, nowMillis);
        } catch (JsonProcessingException | IllegalArgumentException | LockException e) {
            return Optional.empty();
        }
    }

    private static String text(JsonNode lock, String field) {
        JsonNode value = lock.required(field);
        if (!value.isTextual()) {
            throw new IllegalArgumentException(field);
        }
        return value.textValue();
    }

    private static long number(JsonNode lock, String field) {
        JsonNode value = lock.required(field);
        if (!value.canConvertToLong()) {
            throw new IllegalArgumentException(field);
        }
        return value.longValue();
    }

    static String text(@Nullable Object reply, LockOperation operation, Fingerprinted fingerprint) {
        if (reply instanceof byte[] bytes && bytes.length > 0) {
            return new String(bytes, StandardCharsets.UTF_8);
        }
        throw unknown(operation, fingerprint);
    }

    private static LockException unexpected(String text, LockOperation operation, Fingerprinted fingerprint) {
        return text.charAt(0) == 'F'
                ? foreign(text.substring(1), operation, fingerprint)
                : unknown(operation, fingerprint);
    }

    private static LockException unknown(LockOperation operation, Fingerprinted fingerprint) {
        return failed(
                LockErrorCode.INTERNAL, operation, fingerprint, "the server's reply is not one a script of ours gives");
    }

    private static LockException foreign(String type, LockOperation operation, Fingerprinted fingerprint) {
        return failed(
                LockErrorCode.INTERNAL,
                operation,
                fingerprint,
                "a Redis value of type '" + type + "' that SyncGuard did not write is stored under a key of this lock;"
                        + " it was left alone. Use a key prefix of your own, or remove the value");
    }

    private static LockException failed(
            LockErrorCode code, LockOperation operation, Fingerprinted fingerprint, String message) {
        return LockException.failed(code, operation, fingerprint.fingerprint(), message, null);
    }
}
