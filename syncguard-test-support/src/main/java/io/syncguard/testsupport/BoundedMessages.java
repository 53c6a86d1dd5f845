package io.syncguard.testsupport;

import org.assertj.core.configuration.Configuration;
import org.assertj.core.presentation.Representation;
import org.assertj.core.presentation.StandardRepresentation;

/**
 * Bounds what an assertion says of a value: a test that fails on a hundred thousand elements must not make a message that the
 * build cannot take. AssertJ finds it as a service.
 */
public final class BoundedMessages extends Configuration {
    static final int MOST_ELEMENTS = 50;
    static final int MOST_CHARACTERS = 10_000;

    /** Called by AssertJ. */
    public BoundedMessages() {
        setMaxElementsForPrinting(MOST_ELEMENTS);
    }

    @Override
    public Representation representation() {
        return new Bounded();
    }

    @Override
    public String describe() {
        return "at most %d elements and %d characters of a value are shown".formatted(MOST_ELEMENTS, MOST_CHARACTERS);
    }

    private static final class Bounded extends StandardRepresentation {
        @Override
        public String toStringOf(Object object) {
            String whole = super.toStringOf(object);
            return whole == null || whole.length() <= MOST_CHARACTERS
                    ? whole
                    : whole.substring(0, MOST_CHARACTERS) + "... (" + whole.length() + " characters)";
        }
    }
}
