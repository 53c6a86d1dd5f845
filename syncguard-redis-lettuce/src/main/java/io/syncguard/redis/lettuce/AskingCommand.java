package io.syncguard.redis.lettuce;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;

/** Has a node take the request behind it although the request's slot is only on its way to that node (CLU-4). */
final class AskingCommand extends Command<byte[], byte[], String> {
    AskingCommand() {
        super(
                CommandType.ASKING,
                new StatusOutput<>(ByteArrayCodec.INSTANCE),
                new CommandArgs<>(ByteArrayCodec.INSTANCE));
    }
}
