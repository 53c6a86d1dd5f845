/** What the tests of all modules run with. Internal to this build. */
@NullMarked
package io.syncguard.testsupport;

import org.jspecify.annotations.NullMarked;
