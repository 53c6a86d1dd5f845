package io.syncguard.cli;

/** Makes text safe for a terminal: a key may contain what moves its cursor, or turns the direction of its lines. Stateless. */
final class Printable {
    private Printable() {}

    /** Returns the text in one line, with an escape such as {@code \\u001b} for each character that cannot be seen. */
    static String of(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        text.codePoints().forEach(each -> {
            if (isVisible(each)) {
                shown.appendCodePoint(each);
            } else {
                for (char unit : Character.toChars(each)) {
                    shown.append(String.format("\\u%04x", (int) unit));
                }
            }
        });
        return shown.toString();
    }

    private static boolean isVisible(int each) {
        return switch (Character.getType(each)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
