package io.syncguard.examples.modular;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.syncguard.FenceToken;
import io.syncguard.GuardOptions;
import io.syncguard.SyncGuard;
import io.syncguard.jdbc.JdbcFenceCheck;
import io.syncguard.micrometer.LockMeters;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/** Takes a lock on each backend whose URI is given, and writes to a database under its fence. */
public final class ModularApplication {
    private static final String LOCK = "account:42";

    private final Connection ledger;
    private final JdbcFenceCheck fenceCheck = JdbcFenceCheck.create();

    private ModularApplication(Connection ledger) {
        this.ledger = ledger;
    }

    /** Prints the modules of the library that are there, and a line for each URI. */
    public static void main(String[] uris) throws SQLException {
        ModuleLayer.boot().modules().stream()
                .filter(module -> module.getName().startsWith("io.syncguard."))
                .map(module -> (module.getDescriptor().isAutomatic() ? "automatic " : "explicit ") + module.getName())
                .sorted()
                .forEach(System.out::println);
        try (Connection ledger = DriverManager.getConnection("jdbc:h2:mem:ledger");
                Statement setUp = ledger.createStatement()) {
            setUp.execute("create table syncguard_fences (resource varchar(255) primary key, fence bigint not null)");
            setUp.execute("create table account (store varchar(255) primary key, fence bigint not null)");
            ledger.setAutoCommit(false);
            ModularApplication application = new ModularApplication(ledger);
            for (int store = 0; store < uris.length; store++) {
                System.out.println(application.postsTo("store " + store, uris[store]));
            }
        }
    }

    private String postsTo(String store, String uri) throws SQLException {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        LockMeters meters = LockMeters.create();
        meters.bindTo(registry);
        try (SyncGuard guard = SyncGuard.connect(uri, GuardOptions.defaults().withObserver(meters))) {
            long[] fences = new long[2];
            guard.run(LOCK, lock -> fences[0] = lock.fence().value());
            guard.run(LOCK, lock -> {
                fenceCheck.require(ledger, store, lock.fence());
                write(store, lock.fence());
                ledger.commit();
                fences[1] = lock.fence().value();
            });
            boolean staleIsAdmitted = fenceCheck.admits(ledger, store, new FenceToken(fences[0]));
            ledger.rollback();
            return store + ": " + (written(store) == fences[1] ? "written" : "lost")
                    + (staleIsAdmitted ? ", a stale fence admitted" : ", a stale fence refused")
                    + ", " + registry.get("syncguard.locks.hold").timer().count() + " holds counted";
        }
    }

    private void write(String store, FenceToken fence) throws SQLException {
        try (PreparedStatement statement = ledger.prepareStatement("insert into account values (?, ?)")) {
            statement.setString(1, store);
            statement.setLong(2, fence.value());
            statement.executeUpdate();
        }
    }

    private long written(String store) throws SQLException {
        try (PreparedStatement statement = ledger.prepareStatement("select fence from account where store = ?")) {
            statement.setString(1, store);
            try (var row = statement.executeQuery()) {
                return row.next() ? row.getLong(1) : 0;
            }
        }
    }
}
