/**
 * A check for resources in SQL databases, which refuses writes with a stale fence.
 * {@link io.syncguard.jdbc.JdbcFenceCheck} is the way in.
 */
@NullMarked
package io.syncguard.jdbc;

import org.jspecify.annotations.NullMarked;
