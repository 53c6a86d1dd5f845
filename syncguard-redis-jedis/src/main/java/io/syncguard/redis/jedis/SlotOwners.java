package io.syncguard.redis.jedis;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.Protocol.Command;

/** Which master owns which slots of a cluster at a moment, as one of its nodes tells. Nodes are {@code host:port}. Immutable. */
final class SlotOwners {
    private static final int FIRST_NODE = 2;

    /** Empty where a slot has no owner. */
    private final String[] bySlot;

    private final List<String> masters;
    private final Set<String> nodes;

    private SlotOwners(String[] bySlot, Set<String> masters, Set<String> nodes) {
        this.bySlot = bySlot;
        this.masters = List.copyOf(masters);
        this.nodes = Set.copyOf(nodes);
    }

    /** Returns the command that asks a node. */
    static CommandArguments question() {
        return new CommandArguments(Command.CLUSTER).add("SLOTS");
    }

    /**
     * Returns what a node replied; null if it knows of no owner.
     *
     * @param asked the node, whose host stands where the reply names none
     */
    static @Nullable SlotOwners from(@Nullable Object reply, String asked) {
        String[] bySlot = new String[Protocol.CLUSTER_HASHSLOTS];
        Arrays.fill(bySlot, "");
        Set<String> masters = new LinkedHashSet<>();
        Set<String> nodes = new LinkedHashSet<>();
        if (reply instanceof List<?> ranges) {
            for (Object range : ranges) {
                if (range instanceof List<?> parts
                        && parts.size() > FIRST_NODE
                        && parts.get(0) instanceof Long first
                        && parts.get(1) instanceof Long last) {
                    parts.subList(FIRST_NODE, parts.size()).forEach(each -> addNode(each, asked, nodes));
                    addNode(parts.get(FIRST_NODE), asked, masters);
                    String master = name(parts.get(FIRST_NODE), asked);
                    if (master != null) {
                        Arrays.fill(bySlot, first.intValue(), last.intValue() + 1, master);
                    }
                }
            }
        }
        return masters.isEmpty() ? null : new SlotOwners(bySlot, masters, nodes);
    }

    private static void addNode(@Nullable Object node, String asked, Set<String> to) {
        String name = name(node, asked);
        if (name != null) {
            to.add(name);
        }
    }

    private static @Nullable String name(@Nullable Object node, String asked) {
        if (!(node instanceof List<?> parts) || parts.size() < 2 || !(parts.get(1) instanceof Long port)) {
            return null;
        }
        String host = parts.get(0) instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : "";
        return named(host, port.intValue(), asked);
    }

    /**
     * Returns the name of a node.
     *
     * @param host empty for that of the node that was asked
     */
    static String named(String host, int port, String asked) {
        return (host.isEmpty() ? asked.substring(0, asked.lastIndexOf(':')) : host) + ":" + port;
    }

    /** Returns the owner of a slot; null if it has none. */
    @Nullable
    String of(int slot) {
        String owner = bySlot[slot];
        return owner.isEmpty() ? null : owner;
    }

    /** Returns these, but for the owner of one slot. */
    SlotOwners with(int slot, String owner) {
        if (owner.equals(bySlot[slot])) {
            return this;
        }
        String[] changed = bySlot.clone();
        changed[slot] = owner;
        Set<String> known = new LinkedHashSet<>(nodes);
        known.add(owner);
        return new SlotOwners(changed, new LinkedHashSet<>(masters), known);
    }

    /** Returns the masters; at least one. */
    List<String> masters() {
        return masters;
    }

    /** Returns the masters and their replicas. */
    Set<String> nodes() {
        return nodes;
    }
}
