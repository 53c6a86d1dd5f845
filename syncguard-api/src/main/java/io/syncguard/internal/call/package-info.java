/**
 * One request to a backend, in either view: observed once, and protected from what a backend throws. Also the future that
 * asynchronous callers receive.
 */
@NullMarked
package io.syncguard.internal.call;

import org.jspecify.annotations.NullMarked;
