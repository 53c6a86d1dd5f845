package io.syncguard.examples.sql;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/**
 * Real connections to a database, on whose way something happens: another text for a statement, or something else for a commit. Counts
 * those that are cut.
 */
final class InterposedConnections implements ConnectionSource {
    private final TestDatabase database;
    private volatile UnaryOperator<String> statements = UnaryOperator.identity();
    private volatile Commit commits = Connection::commit;
    private final AtomicInteger aborts = new AtomicInteger();

    InterposedConnections(TestDatabase database) {
        this.database = database;
    }

    /** What is done where a commit is asked for. */
    @FunctionalInterface
    interface Commit {
        void of(Connection connection) throws SQLException;
    }

    InterposedConnections changing(UnaryOperator<String> change) {
        statements = change;
        return this;
    }

    InterposedConnections committing(Commit commit) {
        commits = commit;
        return this;
    }

    /** Returns how often a connection was cut. */
    int aborts() {
        return aborts.get();
    }

    @Override
    public Connection open() throws SQLException {
        Connection real = database.connect();
        return (Connection) Proxy.newProxyInstance(
                InterposedConnections.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (self, method, arguments) -> on(real, method, arguments));
    }

    private Object on(Connection real, Method method, Object[] arguments) throws Throwable {
        switch (method.getName()) {
            case "commit" -> {
                commits.of(real);
                return null;
            }
            case "abort" -> aborts.incrementAndGet();
            case "prepareStatement" -> arguments[0] = statements.apply((String) arguments[0]);
            default -> {
                // As it is.
            }
        }
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
