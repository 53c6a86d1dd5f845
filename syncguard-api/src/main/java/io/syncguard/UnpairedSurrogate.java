package io.syncguard;

/** Finds the half of a surrogate pair that has lost its other half. Java would encode it as {@code ?}. */
final class UnpairedSurrogate {
    private UnpairedSurrogate() {}

    /** Returns the index of the first unpaired surrogate, or -1. */
    static int indexIn(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Character.isSurrogate(c)) {
                continue;
            }
            boolean paired = Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1));
            if (!paired) {
                return i;
            }
            i++;
        }
        return -1;
    }
}
