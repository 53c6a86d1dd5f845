package io.syncguard.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** One run of the suite, its tests in parallel because they mostly wait. */
final class SuiteRun implements TestExecutionListener {
    /** The parameter that names the fault. */
    static final String PLANTED = "planted";

    private final Map<String, Throwable> thrown = new ConcurrentHashMap<>();
    private final AtomicInteger succeeded = new AtomicInteger();
    private final AtomicInteger notRun = new AtomicInteger();
    private final Map<String, String> aborted = new ConcurrentHashMap<>();
    private final Map<String, String> certificates = new HashMap<>();
    private TestPlan plan;

    private SuiteRun() {}

    /** Runs the suite on a correct backend. */
    static SuiteRun of(Class<?> suite) {
        return of(LauncherDiscoveryRequestBuilder.request(), suite);
    }

    /** Runs those tests of the suite that are for the rule which a fault breaks, on a backend with the fault. */
    static SuiteRun of(Class<?> suite, Fault planted) {
        return of(with(planted).filters(testsOf(planted)), suite);
    }

    /** Runs the whole suite on a backend with a fault. */
    static SuiteRun ofAll(Class<?> suite, Fault planted) {
        return of(with(planted), suite);
    }

    private static LauncherDiscoveryRequestBuilder with(Fault planted) {
        return LauncherDiscoveryRequestBuilder.request()
                .configurationParameter(PLANTED, planted.name())
                // The model answers at once.
                .configurationParameter(LimitOfWaits.PARAMETER, "2");
    }

    private static PostDiscoveryFilter testsOf(Fault planted) {
        return test -> FilterResult.includedIf(!(test.getSource().orElse(null) instanceof MethodSource method)
                || test.getDisplayName().contains(planted.rule())
                || (planted.name().startsWith("PLACE_")
                        && method.getMethodName().equals("attemptIsAnAcquire")));
    }

    private static SuiteRun of(LauncherDiscoveryRequestBuilder builder, Class<?> suite) {
        return of(builder.selectors(DiscoverySelectors.selectClass(suite)));
    }

    /** Runs what a request selects, and takes its certificates. */
    static SuiteRun of(LauncherDiscoveryRequestBuilder builder) {
        try {
            Path directory = Files.createTempDirectory("certificates-");
            SuiteRun run = run(builder.configurationParameter(CertificateDirectory.PARAMETER, directory.toString()));
            try (Stream<Path> written = Files.list(directory)) {
                for (Path each : written.toList()) {
                    run.certificates.put(each.getFileName().toString(), Files.readString(each));
                    Files.delete(each);
                }
            }
            Files.delete(directory);
            return run;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs what a request selects. */
    static SuiteRun run(LauncherDiscoveryRequestBuilder builder) {
        SuiteRun run = new SuiteRun();
        LauncherDiscoveryRequest request = builder.configurationParameter(
                        "junit.jupiter.execution.parallel.enabled", "true")
                .configurationParameter("junit.jupiter.execution.parallel.mode.default", "concurrent")
                .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
                .configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", "32")
                .build();
        LauncherFactory.create().execute(request, run);
        return run;
    }

    @Override
    public void testPlanExecutionStarted(TestPlan testPlan) {
        plan = testPlan;
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        notRun.incrementAndGet();
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (result.getStatus() == Status.FAILED) {
            thrown.put(nameOf(test), result.getThrowable().orElseThrow());
        } else if (test.isTest()) {
            (result.getStatus() == Status.SUCCESSFUL ? succeeded : notRun).incrementAndGet();
            result.getThrowable().ifPresent(reason -> aborted.put(nameOf(test), String.valueOf(reason.getMessage())));
        }
    }

    /** Returns the display name, behind those of what it is in: the view, and the method where that has many arguments. */
    private String nameOf(TestIdentifier test) {
        String within = plan.getParent(test).map(this::nameOf).orElse("");
        return within + " > " + test.getDisplayName();
    }

    /** Returns the messages of the tests that failed, by the tests' names. */
    Map<String, String> failures() {
        return thrown.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey,
                        failed -> String.valueOf(failed.getValue().getMessage())));
    }

    /** Returns what the tests failed with, by their names. */
    Map<String, Throwable> thrown() {
        return Map.copyOf(thrown);
    }

    /** Returns the reasons of the tests that were skipped while they ran, by the tests' names. */
    Map<String, String> aborted() {
        return Map.copyOf(aborted);
    }

    /** Returns the certificates that were written, by the names of their files. */
    Map<String, String> certificates() {
        return Map.copyOf(certificates);
    }

    int succeeded() {
        return succeeded.get();
    }

    /** Returns how many tests were skipped or aborted. */
    int notRun() {
        return notRun.get();
    }
}
