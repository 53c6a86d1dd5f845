package io.syncguard.cli;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads an interval: {@code 500ms}, {@code 2s} or {@code 1m}. Stateless. */
final class Interval implements ITypeConverter<Duration> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,6})(ms|s|m)");
    private static final Duration LEAST = Duration.ofMillis(100);
    private static final Duration MOST = Duration.ofHours(24);

    @Override
    public Duration convert(String text) {
        Matcher parts = FORM.matcher(text);
        if (parts.matches()) {
            long number = Long.parseLong(parts.group(1));
            Duration interval =
                    switch (parts.group(2)) {
                        case "ms" -> Duration.ofMillis(number);
                        case "s" -> Duration.ofSeconds(number);
                        default -> Duration.ofMinutes(number);
                    };
            if (interval.compareTo(LEAST) >= 0 && interval.compareTo(MOST) <= 0) {
                return interval;
            }
        }
        throw new TypeConversionException("an interval is from 100ms to 1440m, such as 500ms, 2s or 1m");
    }
}
