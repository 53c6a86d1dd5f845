package io.syncguard.redis.common;

import io.syncguard.LockException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Asks all servers that keep locks of a backend what they tell of themselves, by way of its shards. Stateless. */
final class ServerStates {
    private ServerStates() {}

    /** An answer, and when it was asked for and here. */
    private record Answer(
            RedisCall<ServerStateReply> question, ServerStateReply reply, Instant sent, Instant received) {
        long millis() {
            return received.toEpochMilli() - sent.toEpochMilli();
        }

        /** The faster one says more about the clock. */
        Answer faster(Answer other) {
            return other.millis() < millis() ? other : this;
        }

        RedisServerState state(RedisCalls calls) {
            Map<String, String> settings = new TreeMap<>();
            for (String each : RedisServerState.SETTINGS) {
                String value = calls.setting(question.keys()[0], each);
                if (value != null) {
                    settings.put(each, value);
                }
            }
            return reply.state(sent, received, settings);
        }
    }

    /**
     * Returns what each server says, in the order of its first shard. Blocks for as long as it takes to ask about each shard.
     *
     * @throws LockException as a lookup does
     */
    static List<RedisServerState> of(RedisRequests requests, RedisCalls calls) {
        Map<String, Answer> servers = new LinkedHashMap<>();
        for (int shard = 0; shard < requests.shards(); shard++) {
            RedisCall<ServerStateReply> call = requests.serverState(shard);
            Instant sent = Instant.now();
            ServerStateReply reply = calls.call(call);
            Answer answer = new Answer(call, reply, sent, Instant.now());
            servers.merge(reply.server(), answer, Answer::faster);
        }
        return servers.values().stream().map(answer -> answer.state(calls)).toList();
    }
}
