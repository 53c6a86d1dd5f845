/** An application on Spring Boot whose processes change the same orders, one at a time. */
@NullMarked
package io.syncguard.examples.orders;

import org.jspecify.annotations.NullMarked;
