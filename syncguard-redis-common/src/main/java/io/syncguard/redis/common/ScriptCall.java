package io.syncguard.redis.common;

/** One call of a script, coded for the wire. Confined to the call; its arrays are not copied. */
public final class ScriptCall {
    private final RedisScript script;
    private final byte[][] keys;
    private final byte[][] arguments;

    ScriptCall(RedisScript script, byte[][] keys, byte[]... arguments) {
        this.script = script;
        this.keys = keys;
        this.arguments = arguments;
    }

    /** Returns the script. */
    public RedisScript script() {
        return script;
    }

    /** Returns the keys. Not to be written to. */
    public byte[][] keys() {
        return keys;
    }

    /** Returns the arguments. Not to be written to. */
    public byte[][] arguments() {
        return arguments;
    }
}
