/** A program that lists, shows, watches and releases locks, and checks the server that keeps them. */
@NullMarked
package io.syncguard.cli;

import org.jspecify.annotations.NullMarked;
