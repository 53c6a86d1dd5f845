package io.syncguard.spring.elsewhere;

import io.syncguard.spring.Locked;

/** Has a locked method that classes of other packages inherit and cannot override. */
public class InAnotherPackage {
    @Locked("a")
    void packagePrivate() {}
}
