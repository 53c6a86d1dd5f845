package io.syncguard.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Methods that a superclass has, and an interface of the subclass annotates. */
class InheritedMethodsTest {
    interface Reports {
        @Locked("reports")
        boolean write();
    }

    interface Ledger<E> {
        @Locked("entry-#{#p0}")
        boolean book(E entry);
    }

    interface OtherReports {
        @Locked("other reports")
        boolean write();
    }

    /** Knows of no interface. */
    static class Base {
        private static Application application;

        public boolean write() {
            return application.isLocked("reports");
        }

        public boolean book(String entry) {
            return application.isLocked("entry-" + entry);
        }
    }

    static class Books extends Base implements Reports, Ledger<String> {}

    /** Has the method itself, with the argument in place of the type parameter. */
    static class OwnBook implements Ledger<String> {
        @Override
        public boolean book(String entry) {
            return Base.application.isLocked("entry-" + entry);
        }
    }

    static class Contradicted extends Base implements Reports, OtherReports {}

    @EnableLocked
    static class OfInterfaces {}

    @EnableLocked(proxyTargetClass = true)
    static class OfClasses {}

    @ParameterizedTest
    @ValueSource(classes = {OfInterfaces.class, OfClasses.class})
    @DisplayName("a method that a superclass has is locked as the interface of its subclass says")
    void locked(Class<?> proxies) {
        try (Application application = Application.started(proxies, Books.class)) {
            Base.application = application;

            assertThat(application.get(Reports.class).write()).isTrue();
            @SuppressWarnings("unchecked") // There is one.
            Ledger<String> ledger = application.get(Ledger.class);
            assertThat(ledger.book("7")).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {OfInterfaces.class, OfClasses.class})
    @DisplayName("a method that has the argument of an interface's type parameter is locked as that says")
    void ofTypeParameter(Class<?> proxies) {
        try (Application application = Application.started(proxies, OwnBook.class)) {
            Base.application = application;

            @SuppressWarnings("unchecked") // There is one.
            Ledger<String> ledger = application.get(Ledger.class);
            assertThat(ledger.book("7")).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {OfInterfaces.class, OfClasses.class})
    @DisplayName("two interfaces that annotate it differently are a mistake")
    void contradicted(Class<?> proxies) {
        assertThatThrownBy(() -> Application.started(proxies, Contradicted.class))
                .hasStackTraceContaining("Contradicted.write(): the interfaces");
    }
}
