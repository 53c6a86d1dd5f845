package io.syncguard.redis.common;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.InvalidArgumentException;
import java.lang.invoke.MethodHandles;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is found of a library, and what is said if something is missing. */
class ClientLibraryTest {
    private static final String SAMPLE = "io/syncguard/redis/common/ClientLibraryTest$Sample";

    /** What a library has of each kind. */
    static class Base {
        protected long inherited;

        protected void inherit() {}
    }

    /** As above. */
    static final class Sample extends Base {
        static final String CONSTANT = "";
        private final int number;

        Sample(int number) {
            this.number = number;
        }

        static Sample make() {
            return new Sample(1);
        }

        int number(byte[] some, List<String> more) {
            return number + some.length + more.size();
        }
    }

    private static ClientLibrary library(String mainClass, String... members) {
        return new ClientLibrary(
                new ClientLibrary.Client(
                        "Sample", "com.example", "sample", mainClass, "1 to 2", "1.0", "2.5", "sample.version"),
                MethodHandles.lookup(),
                List.of(members));
    }

    private static ClientLibrary library(String member) {
        return library(
                SAMPLE.replace('/', '.'),
                SAMPLE,
                member.replace("Sample", SAMPLE).replace("Base", SAMPLE.replace("Sample", "Base")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Sample",
                "Sample.<init>(I)V",
                "Sample.make()LSample;",
                "Sample.number([BLjava/util/List;)I",
                "Sample.number:I",
                "Sample.CONSTANT:Ljava/lang/String;",
                "Sample.inherit()V",
                "Sample.inherited:J",
                "Base.<init>()V",
                "java/lang/String.value:[B",
            })
    @DisplayName(
            "RDS-27 a class, constructor, method or field that is there is found, inherited, static, and hidden ones too")
    void found(String member) {
        assertThatCode(library(member)::require).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Samples",
                "Sample.<init>()V",
                "Sample.make()LBase;",
                "Sample.number([BLjava/util/Set;)I",
                "Sample.number([B)I",
                "Sample.number:J",
                "Sample.OTHER:I",
                "Sample.gone()V",
                "Sample.take(LSamples;)V",
            })
    @DisplayName("RDS-27 one that is missing, or of another type, is INVALID_ARGUMENT, and the message names it")
    void missing(String member) {
        ClientLibrary library = library(member);

        assertThatThrownBy(library::require)
                .isInstanceOf(InvalidArgumentException.class)
                .hasMessageContaining("Sample (of unknown version) on the class path cannot be used: it has no ")
                .hasMessageContaining(member.replaceAll("[(:].*", ""))
                .hasMessageContaining(
                        "SyncGuard works with Sample 1 to 2. Set the version of com.example:sample to 2.5")
                .hasMessageContaining("the property sample.version");
    }

    @Test
    @DisplayName("RDS-27 a missing type is named before members that have it among their parameters")
    void typesFirst() {
        ClientLibrary library =
                library(SAMPLE.replace('/', '.'), SAMPLE, SAMPLE + ".take(Lcom/example/Gone;)V", "com/example/Gone");

        assertThatThrownBy(library::require).hasMessageContaining("it has no Gone.");
    }

    @Test
    @DisplayName("RDS-27 without the library the message says so")
    void absent() {
        ClientLibrary library = library("com.example.Gone", "com/example/Gone");

        assertThatThrownBy(library::require)
                .isInstanceOf(InvalidArgumentException.class)
                .hasMessageContaining("there is no Sample on the class path");
    }

    @Test
    @DisplayName("RDS-27 classes that a build has moved to other packages are not looked up by their old names")
    void relocated() {
        assertThatCode(library(SAMPLE.replace('/', '.'), "com/example/Sample", "com/example/Sample.gone()V")::require)
                .doesNotThrowAnyException();
    }

    @Test
    @DisplayName("RDS-27 a list that is gone refuses nothing")
    void noList() {
        ClientLibrary.Client client = new ClientLibrary.Client(
                "Sample", "com.example", "sample", SAMPLE.replace('/', '.'), "1 to 2", "1.0", "2.5", "sample.version");

        assertThatCode(ClientLibrary.of(client, MethodHandles.lookup(), null)::require)
                .doesNotThrowAnyException();
    }

    @Test
    @ResourceLock(Resources.SYSTEM_PROPERTIES)
    @DisplayName(
            "RDS-27 a native image, which was linked when it was built, is not searched for members, but for the library")
    void nativeImage() {
        System.setProperty("org.graalvm.nativeimage.imagecode", "runtime");
        try {
            assertThatCode(library("Sample.gone()V")::require).doesNotThrowAnyException();
            assertThatThrownBy(library("com.example.Gone", "com/example/Gone")::require)
                    .hasMessageContaining("there is no Sample on the class path");
        } finally {
            System.clearProperty("org.graalvm.nativeimage.imagecode");
        }
    }
}
