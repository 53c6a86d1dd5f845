package io.syncguard.firestore;

import com.google.cloud.Timestamp;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Times of Firestore's clock, for comparison. */
final class ServerTimes {
    private ServerTimes() {}

    static long millis(@Nullable Timestamp time) {
        return TimeUnit.MICROSECONDS.toMillis(ServerTime.micros(time));
    }
}
