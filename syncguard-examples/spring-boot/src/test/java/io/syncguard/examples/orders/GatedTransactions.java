package io.syncguard.examples.orders;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;

/** Leads the transactions of the application's services through a gate after their begin, and through one before their commit. */
final class GatedTransactions implements TransactionExecutionListener {
    private final Gate begin;
    private final Gate commit;

    GatedTransactions(Path folder) {
        begin = Gate.atBegin(folder);
        commit = Gate.atCommit(folder);
    }

    @Override
    public void afterBegin(TransactionExecution transaction, @Nullable Throwable failure) {
        pass(begin, transaction);
    }

    @Override
    public void beforeCommit(TransactionExecution transaction) {
        pass(commit, transaction);
    }

    private static void pass(Gate gate, TransactionExecution transaction) {
        if (transaction.getTransactionName().startsWith(OrdersApplication.class.getPackageName())) {
            gate.pass();
        }
    }
}
