/** What a guard reports: events for a {@link io.syncguard.LockListener}, and warnings in the log. */
@NullMarked
package io.syncguard.internal.observe;

import org.jspecify.annotations.NullMarked;
