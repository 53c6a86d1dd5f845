package io.syncguard.bench.report;

import com.sun.management.OperatingSystemMXBean;
import io.lettuce.core.RedisClient;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.javacrumbs.shedlock.provider.redis.jedis4.JedisLockProvider;
import net.javacrumbs.shedlock.provider.redis.spring.RedisLockProvider;
import org.openjdk.jmh.annotations.Benchmark;
import org.redisson.Redisson;
import org.springframework.integration.redis.util.RedisLockRegistry;

/** On what and with what was measured, in Markdown. */
public final class Environment {
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
    private static final String MODEL = "model name";

    private Environment() {}

    /**
     * Returns a list of the machine, the JVM, versions and the time.
     *
     * @param redisVersion the server's
     */
    public static String markdown(String redisVersion) {
        return Stream.of(
                        "Machine: " + machine(),
                        "System: " + property("os.name") + " " + property("os.version") + ", " + property("os.arch"),
                        "JDK: " + property("java.vm.name") + " " + Runtime.version(),
                        "Redis: " + redisVersion + ", on the same machine over loopback, nothing on disk",
                        "Libraries: " + libraries(),
                        "Date: " + date(LocalDateTime.now(ZoneOffset.UTC)))
                .collect(Collectors.joining("\n- ", "- ", "\n"));
    }

    private static String machine() {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return String.format(
                Locale.ROOT,
                "%s, %d processors for clients and servers, %.0f GiB",
                model().orElse("processor of an unknown kind"),
                system.getAvailableProcessors(),
                system.getTotalMemorySize() / Math.pow(2, 30));
    }

    private static Optional<String> model() {
        try {
            return model(Files.readAllLines(PROCESSORS));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Returns the kind of processor in lines as Linux has them. */
    static Optional<String> model(List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith(MODEL))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst();
    }

    private static String libraries() {
        return "Jedis" + Versions.of(redis.clients.jedis.RedisClient.class)
                + ", Lettuce" + Versions.of(RedisClient.class)
                + ", Redisson" + Versions.of(Redisson.class)
                + ", Spring Integration" + Versions.of(RedisLockRegistry.class)
                + ", ShedLock" + Versions.of(RedisLockProvider.class)
                + " (its provider for Jedis" + Versions.of(JedisLockProvider.class) + ")"
                + ", JMH" + Versions.of(Benchmark.class);
    }

    private static String property(String name) {
        return System.getProperty(name, "unknown");
    }

    static String date(LocalDateTime time) {
        return DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).format(time) + " UTC";
    }
}
