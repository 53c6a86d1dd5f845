/**
 * A backend that keeps its locks in a SQL database, as an example for authors of backends.
 * {@link io.syncguard.examples.sql.SqlLockBackend} is the way in, and {@code docs/writing-a-backend.md} explains it.
 */
@NullMarked
package io.syncguard.examples.sql;

import org.jspecify.annotations.NullMarked;
