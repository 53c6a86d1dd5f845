package io.syncguard.conformance;

import io.syncguard.LockKey;
import java.util.Optional;

/** Valid keys that some store or some code on the way to it takes for something else (KEY-3). */
enum OddKey {
    SLASHES("a/@/c"),
    LEADING_SLASH("/@"),
    DOUBLE_SLASH("a//@"),
    ONE_DOT("."),
    TWO_DOTS(".."),
    DUNDER("__@__"),
    QUOTES("a\"b'@`d"),
    BACKSLASHES("a\\@\\\\c"),
    NEWLINES("a\n@\r\nc"),
    NUL("a\0@"),
    CONTROLS("\u0001@\u001f\u007f\u0085"),
    HASH_TAG("{@}:x"),
    BRACES("}@{"),
    BLANK(" "),
    BLANKS_AROUND(" @ "),
    GLOB("*?[a-z]@^"),
    PERCENT("%41@%2F"),
    LUA_PATTERN("%w+@(.-)$"),
    JSON("\",\"lockId\":\"AAAAAAAAAAAAAAAAAAAAAA\",\"x\":\"@"),
    COLONS("::@:"),
    EMOJI("lock-@\uD83D\uDD12-\uD83D\uDC69\u200D\uD83D\uDCBB"),
    RIGHT_TO_LEFT("\u05E7\u05D5\u05D3-\u202E-@"),
    NONCHARACTER("a\uFFFF@\uFEFFc"),
    LONG("@" + "x".repeat(10_000)),
    LONG_EMOJI("@" + "\uD83D\uDD12".repeat(5_000));

    /** Stands for a text of the run's own. */
    private static final String OWN = "@";

    private final String text;

    OddKey(String text) {
        this.text = text;
    }

    /** Returns the key with a text of the caller's own in it; an {@linkplain #exact() exact} one is no longer what it was. */
    LockKey key(String own) {
        return LockKey.of(text.contains(OWN) ? text.replace(OWN, own) : text + own);
    }

    /** Returns the key, if it is odd only as it is, so that every run of the suite uses the same. */
    Optional<LockKey> exact() {
        return text.contains(OWN) ? Optional.empty() : Optional.of(LockKey.of(text));
    }
}
