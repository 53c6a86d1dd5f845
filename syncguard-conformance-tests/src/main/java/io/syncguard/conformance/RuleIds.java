package io.syncguard.conformance;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The ids of rules that a text begins with, as in {@code "WAI-1, ACQ-1 those that wait in several backends"}. */
final class RuleIds {
    private static final String ID = "[A-Z]{2,4}-\\d+";
    private static final Pattern BEGINNING = Pattern.compile(ID + "(?:, " + ID + ")*(?= )");

    /** AssertJ puts the description of an assertion into brackets. */
    private static final Pattern NAMING = Pattern.compile("\\s*\\[?" + ID + "\\b");

    private RuleIds() {}

    /** Returns the ids that a test's name begins with; none for a test that names no rule. */
    static List<String> ofTest(String name) {
        Matcher ids = BEGINNING.matcher(name);
        return ids.lookingAt() ? List.of(ids.group().split(", ")) : List.of();
    }

    /** Returns whether the message of a failure begins with a rule's id. */
    static boolean begins(String message) {
        return NAMING.matcher(message).lookingAt();
    }
}
