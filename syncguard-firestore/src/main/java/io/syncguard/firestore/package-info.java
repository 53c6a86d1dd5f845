/** The Firestore backend. {@link io.syncguard.firestore.FirestoreLockBackend} is the way in. */
@NullMarked
package io.syncguard.firestore;

import org.jspecify.annotations.NullMarked;
