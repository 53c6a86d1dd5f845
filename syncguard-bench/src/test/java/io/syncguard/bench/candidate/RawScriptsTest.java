package io.syncguard.bench.candidate;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RawScriptsTest {
    private static String text(byte[] ascii) {
        return new String(ascii, StandardCharsets.US_ASCII);
    }

    private static List<String> keys(RawCall call) {
        return Arrays.stream(call.keys()).map(RawScriptsTest::text).toList();
    }

    @Test
    @DisplayName("each pair has an id of its own, which ends the name of its index in both calls")
    void fresh() {
        RawScripts scripts = new RawScripts(RawLayout.ON_ONE_SERVER, "a");
        RawScripts.Pair pair = scripts.pair();
        String id = text(pair.acquire().arguments()[0]);
        assertThat(keys(pair.acquire())).containsExactly("syncguard:a", "syncguard:id:" + id, "syncguard:fence:a");
        assertThat(keys(pair.release())).containsExactly("syncguard:id:" + id);
        assertThat(text(pair.release().arguments()[0])).isEqualTo(id);
        assertThat(text(scripts.pair().acquire().arguments()[0])).isNotEqualTo(id);
    }

    @Test
    @DisplayName(
            "in a cluster all keys of a pair have one hash tag, and its id says the same shard as one of the library's")
    void inCluster() {
        RawScripts scripts = new RawScripts(RawLayout.IN_CLUSTER, "a");
        String index = keys(scripts.release()).get(0);
        String start = index.substring(0, index.indexOf('}') + 1);
        int shard = LockId.of(index.substring(index.length() - LockId.LENGTH)).shard();
        for (int i = 0; i < 20; i++) {
            RawScripts.Pair pair = scripts.pair();
            String id = text(pair.acquire().arguments()[0]);
            assertThat(keys(pair.acquire())).contains(start + ":id:" + id).allMatch(key -> key.startsWith(start + ":"));
            assertThat(keys(pair.release())).containsExactly(start + ":id:" + id);
            assertThat(LockId.of(id).shard()).isEqualTo(shard);
        }
    }
}
