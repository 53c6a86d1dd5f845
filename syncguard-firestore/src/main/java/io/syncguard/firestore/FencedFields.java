package io.syncguard.firestore;

import com.google.cloud.firestore.DocumentReference;
import com.google.cloud.firestore.DocumentSnapshot;
import com.google.cloud.firestore.FieldPath;
import com.google.cloud.firestore.FieldValue;
import com.google.cloud.firestore.Precondition;
import com.google.cloud.firestore.WriteBatch;
import io.syncguard.FenceToken;
import io.syncguard.LockException;
import io.syncguard.spi.StoredText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a fenced document is to hold, its fence included. Immutable as far as the caller's values are. */
final class FencedFields {
    private static final Pattern RESERVED = Pattern.compile("__.*__", Pattern.DOTALL);

    private final Map<String, Object> fields;

    private FencedFields(Map<String, Object> fields) {
        this.fields = fields;
    }

    /**
     * Returns the fields of a fenced write. Does no I/O.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if one is named like the fence, or has a name or value that cannot be
     *     stored as it is, or a value that cannot be written twice
     */
    static FencedFields of(DocumentReference document, @Nullable Map<String, Object> fields, FenceToken fence) {
        if (fields == null) {
            throw LockException.invalidArgument("the fields must not be null; an empty map is possible");
        }
        Map<String, Object> all = new HashMap<>(fields);
        checkMap(all);
        for (String own : List.of(FirestoreFencedDocuments.FENCE_FIELD, FirestoreFencedDocuments.WRITE_FIELD)) {
            if (all.containsKey(own)) {
                throw LockException.invalidArgument(
                        "the field '" + own + "' is the guard's own; give what you keep there another name");
            }
        }
        all.put(FirestoreFencedDocuments.FENCE_FIELD, fence.toString());
        FencedFields content = new FencedFields(all);
        checked(() -> document.getFirestore().batch().create(document, content.with(0)));
        return content;
    }

    private static void checkMap(Map<?, ?> fields) {
        fields.forEach((name, value) -> {
            checkName(name);
            checkValue(value);
        });
    }

    private static void checkName(@Nullable Object name) {
        if (!(name instanceof String text)) {
            throw LockException.invalidArgument("a field's name must be a text, and not null");
        }
        StoredText.checkedName("a field's name", text);
        if (RESERVED.matcher(text).matches()) {
            throw LockException.invalidArgument(
                    "a field's name must not begin and end with two underscores: Firestore reserves such names");
        }
    }

    private static void checkValue(@Nullable Object value) {
        if (value instanceof FieldValue && !value.equals(FieldValue.serverTimestamp())) {
            throw LockException.invalidArgument(
                    "of the special field values only serverTimestamp() can be written under a"
                            + " guard: a write may be repeated, and replaces the whole document. Compute the value instead");
        }
        if (value instanceof String text) {
            // Firestore's client would store it with a question mark.
            StoredText.checked("a field's text", text);
        } else if (value instanceof Map<?, ?> nested) {
            checkMap(nested);
        } else if (value instanceof List<?> list) {
            checkList(list);
        }
    }

    private static void checkList(List<?> list) {
        for (Object each : list) {
            if (each instanceof List) {
                throw LockException.invalidArgument(
                        "a list within a list cannot be stored in Firestore; put a map between them");
            }
            checkValue(each);
        }
    }

    /** Makes a write, which Firestore's client refuses if it cannot convert a value. Does no I/O. */
    private static void checked(Runnable write) {
        try {
            write.run();
        } catch (RuntimeException e) {
            throw LockException.invalidArgument("Firestore cannot store these fields; see the cause", e);
        }
    }

    private Map<String, Object> with(long mark) {
        Map<String, Object> all = new HashMap<>(fields);
        all.put(FirestoreFencedDocuments.WRITE_FIELD, mark);
        return all;
    }

    /**
     * Adds a write that makes this all there is in the document, on condition that it is as it was read.
     *
     * @param mark a number that no other write has
     */
    void replace(DocumentSnapshot read, long mark, WriteBatch batch) {
        Map<String, Object> fields = with(mark);
        DocumentReference document = read.getReference();
        if (!read.exists()) {
            batch.create(document, fields);
            return;
        }
        // Setting a document knows no condition; updating it does, but keeps what it is not told of.
        List<Object> others = new ArrayList<>();
        fields.forEach((name, value) -> addTo(others, name, value));
        for (String present : Objects.requireNonNull(read.getData()).keySet()) {
            if (!fields.containsKey(present)) {
                addTo(others, present, FieldValue.delete());
            }
        }
        batch.update(
                document,
                Precondition.updatedAt(Objects.requireNonNull(read.getUpdateTime())),
                FieldPath.of(FirestoreFencedDocuments.FENCE_FIELD),
                fields.get(FirestoreFencedDocuments.FENCE_FIELD),
                others.toArray());
    }

    private static void addTo(List<Object> others, String name, @Nullable Object value) {
        if (!name.equals(FirestoreFencedDocuments.FENCE_FIELD)) {
            // Not the name alone, in which a dot would lead into another field.
            others.add(FieldPath.of(name));
            others.add(value);
        }
    }
}
