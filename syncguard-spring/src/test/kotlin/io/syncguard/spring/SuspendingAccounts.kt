package io.syncguard.spring

import io.syncguard.AsyncHeldLock
import io.syncguard.FenceToken
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CountDownLatch
import java.util.concurrent.atomic.AtomicBoolean
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.future.future
import kotlinx.coroutines.runBlocking

/** A bean with suspend functions. */
open class SuspendingAccounts(private val isLocked: (String) -> Boolean) {
    @Locked("account-#{#id}")
    open suspend fun post(id: String, fence: FenceToken? = null, lock: AsyncHeldLock? = null): String {
        delay(1)
        return "${isLocked("account-$id")} ${fence == lock?.fence()}"
    }

    @Locked("account-#{#id}")
    open suspend fun fails(id: String): String {
        delay(1)
        throw IllegalStateException("on purpose with $id")
    }

    @Locked("account-#{#id}")
    open suspend fun never(id: String) {
        try {
            Seen.ENTERED.countDown()
            CompletableDeferred<Unit>().await()
        } finally {
            Seen.CANCELLED.set(true)
        }
    }

    @Locked(key = "account-#{#id}", ifLocked = IfLocked.SKIP)
    open suspend fun skips(id: String): String? {
        delay(1)
        return "ran"
    }

    @Locked("account-#{#id}")
    open fun statements(id: String): Flow<String> = flow {
        emit(isLocked("account-$id").toString())
        delay(1)
        emit(isLocked("account-$id").toString())
    }
}

/** What a suspend function has done. A proxy has no fields of its own. */
object Seen {
    @JvmField val ENTERED = CountDownLatch(1)

    @JvmField val CANCELLED = AtomicBoolean()
}

/** Calls suspend functions from Java. */
object Coroutines {
    private val scope = CoroutineScope(SupervisorJob() + Dispatchers.Unconfined)

    @JvmStatic
    fun post(accounts: SuspendingAccounts, id: String): CompletableFuture<String> = scope.future { accounts.post(id) }

    @JvmStatic
    fun fails(accounts: SuspendingAccounts, id: String): CompletableFuture<String> = scope.future { accounts.fails(id) }

    @JvmStatic
    fun never(accounts: SuspendingAccounts, id: String): CompletableFuture<Unit> = scope.future { accounts.never(id) }

    @JvmStatic
    fun skips(accounts: SuspendingAccounts, id: String): CompletableFuture<String?> = scope.future { accounts.skips(id) }

    @JvmStatic
    fun statements(accounts: SuspendingAccounts, id: String): List<String> =
        runBlocking { accounts.statements(id).toList() }
}
