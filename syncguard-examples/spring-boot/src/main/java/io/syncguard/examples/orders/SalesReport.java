package io.syncguard.examples.orders;

import io.syncguard.spring.IfLocked;
import io.syncguard.spring.Locked;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** A job that is due in all processes at the same time, and that one of them does. */
@Component
class SalesReport {
    private final JdbcClient sql;
    private final String process;

    SalesReport(JdbcClient sql, @Value("${syncguard.holder}") String process) {
        this.sql = sql;
        this.process = process;
    }

    /** Is skipped if another process does it now, or began less than the minimum hold ago: clocks differ a little. */
    @Scheduled(cron = "${sales-report.cron}")
    @Locked(key = "sales-report", ifLocked = IfLocked.SKIP, ttl = "1m", minHold = "${sales-report.min-hold}")
    public void write() {
        sql.sql(
                        """
                        insert into sales_reports (written_at, written_by, items, paid)
                        select current_timestamp, ?, coalesce(sum(items), 0), coalesce(sum(paid), 0) from orders""")
                .param(process)
                .update();
    }
}
