/** The guard itself: its two views, work done under a lock, the view of a lock as a {@code Lock}, and closing. */
@NullMarked
package io.syncguard.internal.guard;

import org.jspecify.annotations.NullMarked;
