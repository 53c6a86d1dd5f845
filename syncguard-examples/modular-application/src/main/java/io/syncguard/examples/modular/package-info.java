/** An application on the module path. */
@NullMarked
package io.syncguard.examples.modular;

import org.jspecify.annotations.NullMarked;
