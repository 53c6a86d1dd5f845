package io.syncguard;

/** Finds the half of a surrogate pair that has lost its other half. Java would encode it as {@code ?}. */
final class UnpairedSurrogate {
    private UnpairedSurrogate() {}

    /** Returns the index of the first unpaired surrogate, or -1. */
    static int indexIn(String text) {
        int i = 0;
        while (i < text.length()) {
            int codePoint = text.codePointAt(i);
            if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
                return i;
            }
            i += Character.charCount(codePoint);
        }
        return -1;
    }
}
