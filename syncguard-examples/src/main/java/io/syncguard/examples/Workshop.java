package io.syncguard.examples;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Where the chapters take place: the ledger, the processes, and the screen. Ends every process it started. */
final class Workshop implements AutoCloseable {
    private final String url;
    private final PrintStream out;
    private final Path folder;
    private final Ledger ledger;
    private final List<WorkerProcess> workers = new ArrayList<>();
    private final Thread exitHook = new Thread(this::endWorkers, "quick start exit");

    private Workshop(String url, PrintStream out, Path folder, Ledger ledger) {
        this.url = url;
        this.out = out;
        this.folder = folder;
        this.ledger = ledger;
        Runtime.getRuntime().addShutdownHook(exitHook);
    }

    static Workshop open(String url, PrintStream out) throws IOException {
        Path folder = Files.createTempDirectory("syncguard-quickstart");
        try {
            return new Workshop(url, out, folder, Ledger.open(file(folder)));
        } catch (SQLException e) {
            throw new IOException("the ledger cannot be created in " + folder, e);
        }
    }

    private static Path file(Path folder) {
        return folder.resolve("ledger.db");
    }

    Ledger ledger() {
        return ledger;
    }

    /** Returns new processes once all of them are ready. */
    List<WorkerProcess> workers(String... names) throws IOException, InterruptedException {
        List<WorkerProcess> started = new ArrayList<>();
        for (String name : names) {
            WorkerProcess worker = WorkerProcess.start(name, url, file(folder));
            synchronized (workers) {
                workers.add(worker);
            }
            started.add(worker);
        }
        for (WorkerProcess worker : started) {
            worker.await("ready");
        }
        return started;
    }

    void title(String text) {
        out.println();
        out.println(text);
    }

    void say(String text) {
        out.println("   " + text);
    }

    private void endWorkers() {
        synchronized (workers) {
            workers.forEach(WorkerProcess::close);
        }
    }

    @Override
    public void close() throws IOException {
        endWorkers();
        Runtime.getRuntime().removeShutdownHook(exitHook);
        try {
            ledger.close();
        } catch (SQLException e) {
            throw new IOException("the ledger cannot be closed", e);
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }
}
