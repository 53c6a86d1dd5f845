package io.syncguard.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * A real connection with one habit of PostgreSQL's: once a statement has failed, every other one of the transaction fails
 * too, until the transaction or a savepoint before the failure is rolled back.
 */
final class PoisonedByErrors {
    private final Connection connection;
    private boolean poisoned;

    private PoisonedByErrors(Connection connection) {
        this.connection = connection;
    }

    static Connection around(Connection connection) {
        PoisonedByErrors habit = new PoisonedByErrors(connection);
        return proxy(Connection.class, (method, arguments) -> {
            if (method.getName().equals("rollback")) {
                habit.poisoned = false;
            }
            Object answer = method.invoke(habit.connection, arguments);
            return answer instanceof PreparedStatement statement ? habit.around(statement) : answer;
        });
    }

    private PreparedStatement around(PreparedStatement statement) {
        return proxy(PreparedStatement.class, (method, arguments) -> {
            if (!method.getName().startsWith("execute")) {
                return method.invoke(statement, arguments);
            }
            if (poisoned) {
                throw new SQLException("the transaction is aborted until it is rolled back", "25P02");
            }
            poisoned = true;
            Object answer = method.invoke(statement, arguments);
            poisoned = false;
            return answer;
        });
    }

    private interface Call {
        Object on(Method method, Object[] arguments) throws ReflectiveOperationException, SQLException;
    }

    private static <T> T proxy(Class<T> type, Call call) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    try {
                        return call.on(method, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }
}
