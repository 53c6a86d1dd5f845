package io.syncguard.conformance;

import io.syncguard.conformance.Outcome.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** One run of the suite on one backend, through both views; JUnit closes it at the end, and that writes the certificate. Thread-safe. */
final class ConformanceRun implements AutoCloseable {
    private final Optional<Path> directory;
    private final Queue<Outcome> outcomes = new ConcurrentLinkedQueue<>();
    private Subject subject;

    ConformanceRun(Class<?> suite, Optional<Path> directory) {
        this.directory = directory;
        this.subject = Subject.unknown(suite);
    }

    void ended(SuiteTest test, @Nullable LockBackendConformance instance, Kind kind, String reason) {
        outcomes.add(new Outcome(test, instance == null ? null : instance.tested, kind, reason));
        if (instance != null && kind != Kind.SKIPPED) {
            describe(instance);
        }
    }

    private synchronized void describe(LockBackendConformance test) {
        if (!subject.isKnown()) {
            subject = Subject.of(subject.suite(), test);
        }
    }

    /** Writes the certificate. Says so on the standard output, also where it could not be written: that fails no test. */
    @Override
    public synchronized void close() {
        Certificate certificate = new Certificate(subject, outcomes, LocalDate.now(ZoneOffset.UTC));
        String name = subject.suite().getName();
        if (directory.isEmpty()) {
            System.out.println(certificate.line() + " (" + name + ")");
            return;
        }
        Path page = directory.get().resolve(name + ".md");
        try {
            Files.createDirectories(directory.get());
            Files.writeString(directory.get().resolve(name + ".txt"), certificate.text());
            Files.writeString(page, certificate.markdown());
            System.out.println(certificate.line() + " (" + page + ")");
        } catch (IOException | RuntimeException e) {
            System.out.println(certificate.line() + " (" + name + ")");
            System.err.println("SyncGuard conformance: the certificate could not be written to " + page + ": " + e);
        }
    }
}
