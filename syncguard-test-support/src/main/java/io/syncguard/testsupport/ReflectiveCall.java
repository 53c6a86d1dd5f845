package io.syncguard.testsupport;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call that looks something up by its name.
 *
 * @param caller the class that makes it, as {@code package.Type}
 * @param type the first constant class before the names, which receives the call or is its argument; null if there is none
 * @param names its constant strings; empty if the call looks up what somebody else names
 */
record ReflectiveCall(String caller, @Nullable String type, List<String> names) {}
