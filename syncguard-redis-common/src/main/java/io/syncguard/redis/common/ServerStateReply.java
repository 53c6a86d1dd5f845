package io.syncguard.redis.common;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOperation;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one server answers to {@link RedisScript#SERVER_STATE}. Immutable.
 *
 * @param clock what its clock said
 * @param info empty if it refuses
 * @param node its line of {@code CLUSTER NODES}; empty outside a cluster, or if it refuses
 * @param refused empty if it does not tell
 */
record ServerStateReply(Instant clock, String info, String node, Optional<Set<String>> refused) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Reads a reply.
     *
     * @throws LockException {@code INTERNAL} if it is none that the script gives
     */
    static ServerStateReply of(@Nullable Object reply, Fingerprinted lock) {
        String text = RedisReplies.text(reply, LockOperation.VALIDATE, lock);
        try {
            JsonNode state = JSON.readTree(text);
            Set<String> refused = new LinkedHashSet<>();
            state.required("refused").forEach(command -> refused.add(command.asText()));
            return new ServerStateReply(
                    Instant.EPOCH.plus(state.required("micros").longValue(), ChronoUnit.MICROS),
                    state.required("info").asText(),
                    state.required("node").asText(),
                    state.required("asked").asBoolean() ? Optional.of(refused) : Optional.empty());
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw LockException.failed(
                    LockErrorCode.INTERNAL,
                    LockOperation.VALIDATE,
                    lock.fingerprint(),
                    "the server's reply is not one a script of ours gives",
                    e);
        }
    }

    /** Returns what tells this server from others: what {@code INFO} or the cluster calls it; empty if it keeps both back. */
    String server() {
        String run = ServerCheck.field(info, "run_id");
        return run != null ? run : node.split(" ", 2)[0];
    }

    /** Returns {@code host:port}, which stands second in the line, before the port of the bus. */
    private Optional<String> address() {
        String[] words = node.split(" ", 3);
        return words.length < 2 ? Optional.empty() : Optional.of(words[1].split("[@,]", 2)[0]);
    }

    /**
     * Returns the state of the server.
     *
     * @param sent when the question was sent, by this machine's clock
     * @param received when the answer was here
     */
    RedisServerState state(Instant sent, Instant received, Map<String, String> settings) {
        Duration half = Duration.between(sent, received).dividedBy(2).abs();
        return new RedisServerState(info, address(), Duration.between(sent.plus(half), clock), half, refused, settings);
    }
}
