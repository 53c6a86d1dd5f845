/** Runnable programs. {@link io.syncguard.examples.QuickStart} is the one the README begins with. */
@NullMarked
package io.syncguard.examples;

import org.jspecify.annotations.NullMarked;
