package io.syncguard.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Java code as it stands in a document, compiled and run as it is, save for the address of the server. */
final class Snippet {
    private static final Pattern MARKDOWN = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern JAVADOC = Pattern.compile("<pre>\\{@code\\n(.*?)\\n \\* }</pre>", Pattern.DOTALL);
    private static final Pattern PROGRAM = Pattern.compile("public class (\\w+) \\{\\n    public static void main\\(");
    private static final String ADDRESS = "redis://localhost:6379";

    /** What the examples take for granted: some work, somewhere to write to, a database, the lock of another library. */
    private static final String FRAME =
            """
            import static org.mockito.ArgumentMatchers.any;
            import static org.mockito.ArgumentMatchers.eq;
            import static org.mockito.Mockito.doThrow;
            import static org.mockito.Mockito.mock;
            import static org.mockito.Mockito.when;

            import io.syncguard.*;
            import io.syncguard.jdbc.JdbcFenceCheck;
            import io.syncguard.memory.*;
            import java.lang.reflect.Proxy;
            import java.sql.Connection;
            import java.sql.SQLException;
            import java.time.Duration;
            import java.util.concurrent.CompletableFuture;

            public class Example {
                public static final java.util.List<String> seen = new java.util.ArrayList<>();
                static final String jobId = "7";
                static final Ledger ledger = new Ledger();
                static final Jobs jobs = new Jobs();
                static final Report report = new Report();
                static final org.h2.jdbcx.JdbcDataSource database = new org.h2.jdbcx.JdbcDataSource();
                static final java.util.concurrent.locks.Lock oldLock = new java.util.concurrent.locks.ReentrantLock();

                record Receipt(int order, FenceToken fence) {}

                static final class TooManyRequests extends RuntimeException {}

                static final class Ledger {
                    Receipt charge(int order, FenceToken fence) {
                        seen.add("charged " + order + " with fence " + fence);
                        return new Receipt(order, fence);
                    }

                    CompletableFuture<Receipt> chargeLater(int order, FenceToken fence) {
                        return CompletableFuture.supplyAsync(() -> charge(order, fence));
                    }
                }

                static final class Jobs {
                    private boolean pending = true;

                    boolean isPending(String job) {
                        return pending;
                    }

                    void execute(String job, FenceToken fence) {
                        pending = false;
                        seen.add("executed " + job + " with fence " + fence);
                    }

                    void leaveInQueue(String job) {
                        seen.add("left " + job);
                    }
                }

                static final class Report {
                    private int pages;

                    boolean hasNext() {
                        return pages < 2;
                    }

                    void writeNext(FenceToken fence) {
                        pages++;
                        seen.add("wrote page " + pages + " with fence " + fence);
                    }

                    void stop() {
                        seen.add("stopped");
                    }
                }

                static void log(String line) {
                    seen.add(line);
                }

                static void processPayment(int order) {
                    seen.add("processed " + order);
                }

                static void writeReport() {
                    seen.add("wrote the report");
                }

                static void reserveSeat(int hall) {
                    seen.add("reserved in " + hall);
                }

                static void bookPayment(Connection connection, int account) throws SQLException {
                    connection.createStatement().execute("insert into payments values (" + account + ")");
                }

                static int payments() throws SQLException {
                    try (Connection connection = database.getConnection();
                            var rows = connection.createStatement().executeQuery("select count(*) from payments")) {
                        rows.next();
                        return rows.getInt(1);
                    }
                }

                public static void run() throws Throwable {
                    database.setURL("jdbc:h2:mem:" + java.util.UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
                    try (Connection connection = database.getConnection()) {
                        connection.createStatement().execute("create table payments (account int)");
                        connection.createStatement().execute("create table syncguard_fences ("
                                + "resource varchar(255) not null primary key, fence bigint not null)");
                    }
            %s
                    if (payments() > 0) {
                        seen.add("committed " + payments());
                    }
                }
            }
            """;

    /** What an example without one takes for granted: a guard. */
    private static final String GUARD_FRAME =
            """
            try (SyncGuard guard = SyncGuard.connect("%s")) {
            %s
            %s
            }
            """;

    private final String code;

    private Snippet(String code) {
        this.code = code;
    }

    static List<Snippet> inMarkdown(Path file) throws IOException {
        return all(MARKDOWN, Files.readString(file)).toList();
    }

    /** Returns what a document has from a heading on. */
    static List<Snippet> inMarkdown(Path file, String heading) throws IOException {
        String text = Files.readString(file);
        int start = text.indexOf("\n" + heading + "\n");
        assertThat(start).as("%s has the heading %s", file, heading).isNotNegative();
        return all(MARKDOWN, text.substring(start)).toList();
    }

    static Snippet inJavadoc(Path file) throws IOException {
        Snippet found = all(JAVADOC, Files.readString(file)).findFirst().orElseThrow();
        return new Snippet(found.code.replaceAll("(?m)^ \\* ?", ""));
    }

    private static Stream<Snippet> all(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(found -> new Snippet(found.group(1)));
    }

    /** Returns the code as it stands there. */
    String code() {
        return code;
    }

    /** Returns the name of its class, if it is a whole program. */
    private Optional<String> program() {
        return PROGRAM.matcher(code).results().map(found -> found.group(1)).findFirst();
    }

    /** Returns the program as it stands there, save that it works for a moment only, and that the example sees what it prints. */
    private String observed() {
        return code.replace("Thread.sleep(10_000)", "Thread.sleep(1)").replace("System.out.println(", "Example.log(");
    }

    private String complete() {
        if (code.contains(ADDRESS) || needsNoServer()) {
            return code;
        }
        return GUARD_FRAME.formatted(ADDRESS, code, code.contains("receipt =") ? "receipt.join();" : "");
    }

    private boolean needsNoServer() {
        return code.contains("TestLocks.create()") || code.contains("mock(SyncGuard.class)");
    }

    /** Returns what the code did, having run it on a server. */
    List<?> runOn(String address, Path folder) throws Exception {
        String complete = complete();
        assertThat(complete.contains(ADDRESS)).isNotEqualTo(needsNoServer());
        List<Path> sources = new ArrayList<>();
        Optional<String> program = program();
        if (program.isPresent()) {
            complete = program.get() + ".main(new String[0]);";
            sources.add(Files.writeString(
                    folder.resolve(program.get() + ".java"), observed().replace(ADDRESS, address)));
        }
        sources.add(
                Files.writeString(folder.resolve("Example.java"), FRAME.formatted(complete.replace(ADDRESS, address))));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            boolean compiled = compiler.getTask(
                            messages,
                            files,
                            null,
                            List.of("-d", folder.toString(), "-proc:none", "-cp", ChildClassPath.find()),
                            null,
                            files.getJavaFileObjectsFromPaths(sources))
                    .call();
            assertThat(compiled).as("the example compiles: %s", messages).isTrue();
        }
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {folder.toUri().toURL()}, Snippet.class.getClassLoader())) {
            Class<?> example = loader.loadClass("Example");
            example.getMethod("run").invoke(null);
            return List.copyOf((List<?>) example.getField("seen").get(null));
        }
    }
}
