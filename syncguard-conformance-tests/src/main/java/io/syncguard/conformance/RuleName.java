package io.syncguard.conformance;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The name of a rule that is one constant of several, as a test's name has it. */
final class RuleName {
    private static final Pattern NAME = Pattern.compile("([A-Z]+)_(\\d+)_(\\w+)");

    private RuleName() {}

    /** Returns the rule's id and what it says: {@code ACQ-1 one winner} of {@code ACQ_1_ONE_WINNER}. */
    static String of(Enum<?> rule) {
        Matcher name = NAME.matcher(rule.name());
        if (!name.matches()) {
            throw new IllegalStateException(rule.name() + " does not begin with a rule's id");
        }
        String words = name.group(3).replace('_', ' ').toLowerCase(Locale.ROOT);
        return name.group(1) + "-" + name.group(2) + " " + words;
    }
}
