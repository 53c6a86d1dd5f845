package io.syncguard.spring.boot;

import io.syncguard.redis.common.RedisOptions;
import java.time.Duration;

/** Makes the options of a Redis backend from properties. Stateless. */
final class RedisLockOptions {
    private RedisLockOptions() {}

    /**
     * Returns the options.
     *
     * @throws InvalidSyncGuardPropertiesException if a property is refused
     */
    static RedisOptions from(SyncGuardProperties properties) {
        SyncGuardProperties.Redis redis = properties.redis();
        RedisOptions options = RedisOptions.defaults();
        options = BackendOptions.with(
                options,
                "syncguard.operation-timeout",
                properties.operationTimeout(),
                RedisOptions::withOperationTimeout);
        options = BackendOptions.with(
                options, "syncguard.connect-timeout", properties.connectTimeout(), RedisOptions::withConnectTimeout);
        options = BackendOptions.with(
                options, "syncguard.reject-long-keys", properties.rejectLongKeys(), RedisOptions::withRejectLongKeys);
        options = BackendOptions.with(
                options, "syncguard.fence-retention", properties.fenceRetention(), RedisOptions::withFenceRetention);
        options = BackendOptions.with(
                options, "syncguard.redis.key-prefix", redis.keyPrefix(), RedisOptions::withKeyPrefix);
        options = BackendOptions.with(
                options,
                "syncguard.redis.cleanup-in-is-locked",
                redis.cleanupInIsLocked(),
                RedisOptions::withCleanupInIsLocked);
        Integer replicas = redis.replicaAcks();
        if (replicas == null) {
            if (redis.replicaAckTimeout() == null) {
                return options;
            }
            throw new InvalidSyncGuardPropertiesException(
                    "syncguard.redis.replica-ack-timeout says how long replicas may take, and nothing says how many of them",
                    "Set syncguard.redis.replica-acks too.");
        }
        Duration acknowledging = options.operationTimeout().dividedBy(2);
        options = BackendOptions.with(
                options,
                "syncguard.redis.replica-acks",
                replicas,
                (before, many) -> before.withReplicaAcks(many, acknowledging));
        return BackendOptions.with(
                options,
                "syncguard.redis.replica-ack-timeout",
                redis.replicaAckTimeout(),
                (before, timeout) -> before.withReplicaAcks(replicas, timeout));
    }
}
