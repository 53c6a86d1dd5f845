package io.syncguard.bench.flags;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Sorts a command line into flags and their values. Immutable. */
public final class FlagReader {
    private final Map<String, String> values;
    private final Set<String> switches;

    private FlagReader(Map<String, String> values, Set<String> switches) {
        this.values = values;
        this.switches = switches;
    }

    /**
     * Reads a command line.
     *
     * @param withValue the flags that a value follows
     * @param without the flags that stand alone
     * @throws FlagException if there is anything else, a flag twice, or a value missing
     */
    public static FlagReader read(List<String> args, Set<String> withValue, Set<String> without) throws FlagException {
        Map<String, String> values = new HashMap<>();
        Set<String> switches = new HashSet<>();
        for (int i = 0; i < args.size(); i++) {
            String flag = args.get(i);
            if (values.containsKey(flag) || switches.contains(flag)) {
                throw new FlagException(flag + " is given twice");
            }
            if (without.contains(flag)) {
                switches.add(flag);
            } else if (withValue.contains(flag)) {
                i++;
                if (i == args.size() || args.get(i).startsWith("--")) {
                    throw new FlagException(flag + " needs a value after it");
                }
                values.put(flag, args.get(i));
            } else {
                throw new FlagException("there is no flag '" + flag + "'");
            }
        }
        return new FlagReader(Map.copyOf(values), Set.copyOf(switches));
    }

    public boolean has(String flag) {
        return switches.contains(flag);
    }

    /** Returns the parts of a value between commas, or those of a default; each once, in their order. */
    public List<String> list(String flag, String otherwise) throws FlagException {
        List<String> parts = List.of(values.getOrDefault(flag, otherwise).split(",", -1));
        if (new HashSet<>(parts).size() < parts.size()) {
            throw new FlagException(flag + " names something twice");
        }
        return parts;
    }

    /** Returns the whole numbers between commas in a value. */
    public List<Integer> numbers(String flag, String otherwise, int least, int most) throws FlagException {
        List<Integer> numbers = new ArrayList<>();
        for (String part : list(flag, otherwise)) {
            numbers.add(number(flag, part, least, most));
        }
        return List.copyOf(numbers);
    }

    public int number(String flag, int otherwise, int least, int most) throws FlagException {
        Optional<String> value = Optional.ofNullable(values.get(flag));
        return value.isEmpty() ? otherwise : number(flag, value.get(), least, most);
    }

    private static int number(String flag, String text, int least, int most) throws FlagException {
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new FlagException(flag + " takes whole numbers from " + least + " to " + most + ", not '" + text + "'");
    }
}
