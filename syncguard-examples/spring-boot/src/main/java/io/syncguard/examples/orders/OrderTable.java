package io.syncguard.examples.orders;

import io.syncguard.FenceToken;
import io.syncguard.jdbc.JdbcFenceCheck;
import java.util.Optional;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The table of {@code schema.sql}. Its methods take part in the caller's transaction. */
@Repository
class OrderTable {
    private static final JdbcFenceCheck FENCES = JdbcFenceCheck.on("orders", "id", "fence");

    private final JdbcClient sql;
    private final JdbcTemplate connections;

    OrderTable(JdbcClient sql, JdbcTemplate connections) {
        this.sql = sql;
        this.connections = connections;
    }

    /** Reads without {@code for update}: the row is not locked. */
    Optional<Order> find(String id) {
        return sql.sql("select id, items, paid, coalesce(fence, 0) as fence from orders where id = ?")
                .param(id)
                .query(Order.class)
                .optional();
    }

    void writeItems(String id, int items) {
        if (sql.sql("update orders set items = ? where id = ?")
                        .params(items, id)
                        .update()
                == 0) {
            sql.sql("insert into orders (id, items) values (?, ?)")
                    .params(id, items)
                    .update();
        }
    }

    void writePaid(String id, int paid) {
        sql.sql("update orders set paid = ? where id = ?").params(paid, id).update();
    }

    /**
     * Writes a token in the order's row, or throws {@code StaleFenceException} if the row has a greater one. The row stays locked in the
     * database until the end of the transaction.
     */
    void require(String id, FenceToken fence) {
        connections.execute((ConnectionCallback<Boolean>) connection -> {
            FENCES.require(connection, id, fence);
            return true;
        });
    }
}
