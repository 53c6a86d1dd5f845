package io.syncguard.conformance;

import io.syncguard.LockKey;

/** Valid keys that some store or some code on the way to it takes for something else (KEY-3). */
enum OddKey {
    SLASHES("a/b/c"),
    LEADING_SLASH("/a"),
    DOUBLE_SLASH("a//b"),
    ONE_DOT("."),
    TWO_DOTS(".."),
    DUNDER("__x__"),
    QUOTES("a\"b'c`d"),
    BACKSLASHES("a\\b\\\\c"),
    NEWLINES("a\nb\r\nc"),
    NUL("a\0b"),
    CONTROLS("\u0001\u001f\u007f\u0085"),
    HASH_TAG("{tag}:x"),
    BRACES("}{"),
    BLANK(" "),
    BLANKS_AROUND(" a "),
    GLOB("*?[a-z]^"),
    PERCENT("%41%2F"),
    LUA_PATTERN("%w+(.-)$"),
    JSON("\",\"lockId\":\"AAAAAAAAAAAAAAAAAAAAAA\",\"x\":\""),
    COLONS(":::"),
    EMOJI("lock-\uD83D\uDD12-\uD83D\uDC69\u200D\uD83D\uDCBB"),
    RIGHT_TO_LEFT("\u05E7\u05D5\u05D3-\u202E-abc"),
    NONCHARACTER("a\uFFFFb\uFEFFc"),
    LONG("x".repeat(10_000)),
    LONG_EMOJI("\uD83D\uDD12".repeat(5_000));

    private final String text;

    OddKey(String text) {
        this.text = text;
    }

    LockKey key() {
        return LockKey.of(text);
    }
}
