package io.syncguard.firestore;

import com.google.cloud.firestore.DocumentReference;
import com.google.cloud.firestore.DocumentSnapshot;
import com.google.cloud.firestore.FieldPath;
import com.google.cloud.firestore.FieldValue;
import com.google.cloud.firestore.Precondition;
import com.google.cloud.firestore.WriteBatch;
import io.syncguard.FenceToken;
import io.syncguard.LockException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a fenced document is to hold, its fence included. Immutable as far as the caller's values are. */
final class FencedFields {
    private final Map<String, Object> fields;

    private FencedFields(Map<String, Object> fields) {
        this.fields = fields;
    }

    /**
     * Returns the fields of a fenced write.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if one is named like the fence, or has a value that cannot be
     *     written twice
     */
    static FencedFields of(@Nullable Map<String, Object> fields, FenceToken fence) {
        if (fields == null) {
            throw LockException.invalidArgument("the fields must not be null; an empty map is possible");
        }
        Map<String, Object> all = new HashMap<>(fields);
        for (Map.Entry<String, Object> field : all.entrySet()) {
            if (field.getKey() == null || field.getKey().isEmpty()) {
                throw LockException.invalidArgument("a field's name must not be null or empty");
            }
            checkRepeatable(field.getValue());
        }
        for (String own : List.of(FirestoreFencedDocuments.FENCE_FIELD, FirestoreFencedDocuments.WRITE_FIELD)) {
            if (all.containsKey(own)) {
                throw LockException.invalidArgument(
                        "the field '" + own + "' is the guard's own; give what you keep there another name");
            }
        }
        all.put(FirestoreFencedDocuments.FENCE_FIELD, fence.toString());
        return new FencedFields(all);
    }

    private static void checkRepeatable(@Nullable Object value) {
        if (value instanceof FieldValue && !value.equals(FieldValue.serverTimestamp())) {
            throw LockException.invalidArgument(
                    "of the special field values only serverTimestamp() can be written under a"
                            + " guard: a write may be repeated, and replaces the whole document. Compute the value instead");
        }
        if (value instanceof Map<?, ?> nested) {
            nested.values().forEach(FencedFields::checkRepeatable);
        }
    }

    /**
     * Adds a write that makes this all there is in the document, on condition that it is as it was read.
     *
     * @param mark a number that no other write has
     */
    void replace(DocumentSnapshot read, long mark, WriteBatch batch) {
        Map<String, Object> fields = new HashMap<>(this.fields);
        fields.put(FirestoreFencedDocuments.WRITE_FIELD, mark);
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
