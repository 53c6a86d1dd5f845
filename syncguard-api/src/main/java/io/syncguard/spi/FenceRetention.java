package io.syncguard.spi;

import io.syncguard.LockException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** For how long a fence counter stays that no acquire uses (FEN-4): its URI parameter and its bounds. For ever by default. Stateless. */
public final class FenceRetention {
    /** The name of the URI parameter, whose value is such as {@code 30d}, {@code 36h} or {@code P30D}. */
    public static final String URI_PARAMETER = "fenceRetention";

    private static final Duration SHORTEST = Duration.ofDays(1);
    private static final Duration LONGEST = Duration.ofDays(36_500);
    private static final Pattern SHORT_FORM = Pattern.compile("([0-9]{1,7})([dh])");

    private FenceRetention() {}

    /**
     * Returns the retention if it is within the bounds.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is null or not from 1 day to 36,500
     */
    public static Duration checked(@Nullable Duration retention) {
        if (retention == null || retention.compareTo(SHORTEST) < 0 || retention.compareTo(LONGEST) > 0) {
            throw LockException.invalidArgument("the fence retention must be from 1 day to 36,500 days, not "
                    + retention + "; a counter that is gone no longer protects against a clock that goes back by more");
        }
        return retention;
    }

    /**
     * Returns the retention of a URI; empty if it has none, and counters stay for ever.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is no duration, or not from 1 day to 36,500
     */
    public static Optional<Duration> from(BackendUri uri) {
        return uri.parameter(URI_PARAMETER).map(FenceRetention::parse).map(FenceRetention::checked);
    }

    private static Duration parse(String text) {
        Matcher parts = SHORT_FORM.matcher(text);
        if (parts.matches()) {
            long count = Long.parseLong(parts.group(1));
            return parts.group(2).equals("d") ? Duration.ofDays(count) : Duration.ofHours(count);
        }
        try {
            return Duration.parse(text);
        } catch (DateTimeParseException | ArithmeticException e) {
            throw LockException.invalidArgument(
                    URI_PARAMETER + " must be a duration such as 30d, 36h or P30D, not " + text, e);
        }
    }
}
