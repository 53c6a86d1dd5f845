package io.syncguard.examples.sql;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.concurrent.atomic.AtomicReference;

/** A connection that goes on after its close, as one does that a pool lends. */
final class PooledConnection {
    private PooledConnection() {}

    /**
     * Lends a connection.
     *
     * @param real is set to the connection, which the caller of this closes
     */
    static Connection of(Connection lent, AtomicReference<Connection> real) {
        real.set(lent);
        return (Connection) Proxy.newProxyInstance(
                PooledConnection.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (self, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        return null;
                    }
                    try {
                        return method.invoke(lent, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
