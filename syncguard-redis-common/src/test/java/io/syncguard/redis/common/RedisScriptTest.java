package io.syncguard.redis.common;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RedisScriptTest {
    @ParameterizedTest
    @EnumSource
    @DisplayName("RDS-1 a script's digest is the one the server computes from its source")
    void digest(RedisScript script) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-1").digest(script.source());

        assertThat(new String(script.sha1(), StandardCharsets.US_ASCII))
                .isEqualTo(HexFormat.of().formatHex(digest));
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("RDS-1 a script says in its header which keys it uses, and has Unix line ends")
    void keys(RedisScript script) {
        String source = new String(script.source(), StandardCharsets.UTF_8);
        String header = source.lines().takeWhile(line -> line.startsWith("--")).collect(Collectors.joining("\n"));
        Matcher used = Pattern.compile("KEYS\\[\\w]").matcher(source);
        int count = 0;
        while (used.find()) {
            count++;
            assertThat(header).contains(used.group());
        }

        assertThat(count).as("keys used").isPositive();
        assertThat(source).doesNotContain("\r").endsWith("\n");
    }

    @ParameterizedTest
    @EnumSource(names = {"ACQUIRE", "EXTEND", "IS_LOCKED", "LOOKUP_BY_KEY", "LOOKUP_BY_ID"})
    @DisplayName("RDS-4, TIME-4 every script that needs a time asks the server for it")
    void serverTime(RedisScript script) {
        assertThat(new String(script.source(), StandardCharsets.UTF_8)).contains("call('TIME')");
    }
}
