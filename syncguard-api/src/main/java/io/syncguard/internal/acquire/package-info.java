/**
 * The way to a lock: one machine that decides what to do next, one driver that blocks a thread and one that does not, and the
 * gate that ends acquisitions when the guard closes.
 */
@NullMarked
package io.syncguard.internal.acquire;

import org.jspecify.annotations.NullMarked;
