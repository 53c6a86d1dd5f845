package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.FenceToken;
import io.syncguard.redis.common.RedisFencedValues;

/** The tokens of one key in the order in which they were granted, and a resource elsewhere that has seen each of them. Not thread-safe. */
final class FencedHistory {
    private static final String RESOURCE = "resource";

    private final RedisFencedValues resource;
    private FenceToken greatest = new FenceToken(1);

    FencedHistory(RedisFencedValues resource) {
        this.resource = resource;
    }

    /** A holder has come, and writes: it is admitted, and the holder before is turned away. */
    void next(String what, FenceToken token) {
        assertThat(token).as("%s: the token", what).isGreaterThan(greatest);
        assertThat(write(token)).as("%s: the write of the holder", what).isTrue();
        assertThat(write(greatest))
                .as("%s: a late write of the one before", what)
                .isFalse();
        greatest = token;
    }

    /** A holder has come whose token is no greater: it is turned away, and nothing is written twice. */
    void fellBehind(String what, FenceToken token) {
        assertThat(token).as("%s: the token", what).isLessThan(greatest);
        assertThat(write(token)).as("%s: the write of the holder", what).isFalse();
    }

    private boolean write(FenceToken token) {
        return resource.set(RESOURCE, token.toString(), token);
    }
}
