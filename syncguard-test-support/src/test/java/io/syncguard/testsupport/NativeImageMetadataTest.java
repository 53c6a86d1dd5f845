package io.syncguard.testsupport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is found in classes that look things up, with metadata that is complete, lacks something, or has too much. */
class NativeImageMetadataTest {
    private static final String ME = NativeImageMetadataTest.class.getName();
    private static final String COMPLETE =
            """
            {
              "reflection": [
                {"type": "ME$Direct", "fields": [{"name": "count"}]},
                {"type": "java.lang.Thread", "methods": [{"name": "ofVirtual"}]},
                {"condition": {"typeReached": "ME$Passed"}, "type": "java.util.List", "methods": [{"name": "size"}]},
                {"type": "ME$Provider", "methods": [{"name": "<init>", "parameterTypes": []}]}
              ],
              "resources": [
                {"glob": "io/syncguard/testsupport/*.lua"},
                {"glob": "META-INF/services/java.lang.Runnable"}
              ]
            }
            """;

    @TempDir
    private Path classes;

    /** Names are beside the calls. */
    static final class Direct {
        static final AtomicIntegerFieldUpdater<Direct> COUNT =
                AtomicIntegerFieldUpdater.newUpdater(Direct.class, "count");

        volatile int count;

        static Object virtual() throws ReflectiveOperationException {
            return Thread.class.getMethod("ofVirtual").invoke(null);
        }

        static InputStream script() {
            return Objects.requireNonNull(Direct.class.getResourceAsStream("some.lua"));
        }
    }

    /** Names are passed on. */
    static final class Passed {
        static boolean sized() {
            return has(Runnable.class, "size");
        }

        private static boolean has(Class<?> type, String... methods) {
            Runnable look = () -> {
                try {
                    type.getMethod(methods[0]);
                } catch (NoSuchMethodException e) {
                    throw new IllegalStateException(e);
                }
            };
            look.run();
            return true;
        }
    }

    /** Names are somebody else's. */
    static final class Told {
        Class<?> type(String name) throws ClassNotFoundException {
            return Class.forName(name);
        }
    }

    /** Named in the file of a service. */
    static final class Provider implements Runnable {
        @Override
        public void run() {}
    }

    @BeforeEach
    void compiled() throws IOException {
        for (Class<?> type : new Class<?>[] {Direct.class, Passed.class, Provider.class}) {
            add(type);
        }
        write("META-INF/services/java.lang.Runnable", Provider.class.getName() + " # comment\n");
        write("io/syncguard/testsupport/some.lua", "return 1");
    }

    private void add(Class<?> type) throws IOException {
        String file = type.getName().replace('.', '/') + ".class";
        Files.createDirectories(classes.resolve(file).getParent());
        try (InputStream in = type.getClassLoader().getResourceAsStream(file)) {
            Files.copy(Objects.requireNonNull(in), classes.resolve(file));
        }
    }

    private void write(String file, String text) throws IOException {
        Files.createDirectories(classes.resolve(file).getParent());
        Files.writeString(classes.resolve(file), text);
    }

    private NativeImageMetadata with(String text) throws IOException {
        write(
                "META-INF/native-image/io.syncguard/some/reachability-metadata.json",
                text.replace("ME$", ME + "$").replace("java.util.List", Runnable.class.getName()));
        return NativeImageMetadata.of(classes, "some");
    }

    @Test
    @DisplayName("ADR 38 complete metadata has no faults")
    void complete() throws IOException {
        assertThat(with(COMPLETE).faults()).isEmpty();
    }

    @Test
    @DisplayName("ADR 38 without metadata each name, resource and provider is a fault")
    void none() {
        assertThat(NativeImageMetadata.of(classes, "none").faults())
                .containsExactlyInAnyOrder(
                        "the image would lack the resource META-INF/services/java.lang.Runnable",
                        "the image would lack the resource io/syncguard/testsupport/some.lua",
                        "the provider " + ME + "$Provider has no <init> among its methods",
                        ME + "$Direct looks up count, which is not registered",
                        ME + "$Direct looks up ofVirtual, which is not registered",
                        ME + "$Direct looks up some.lua, which is not registered",
                        ME + "$Passed looks up size, which is not registered");
    }

    @Test
    @DisplayName("ADR 38 a member that is registered for another type does not count")
    void otherType() throws IOException {
        assertThat(with(COMPLETE.replace("ME$Direct", "java.lang.Object")).faults())
                .containsExactly(ME + "$Direct looks up count, which is not registered");
    }

    @Test
    @DisplayName("ADR 38 a class that looks up what others name has to be known")
    void told() throws IOException {
        add(Told.class);

        assertThat(with(COMPLETE).faults()).containsExactly(ME + "$Told looks up what others name");
        assertThat(with(COMPLETE).faults("NativeImageMetadataTest$Told")).isEmpty();
    }

    @Test
    @DisplayName("ADR 38 what the schema does not allow is a fault")
    void shape() throws IOException {
        assertThat(with(COMPLETE.replace("\"glob\": \"META-INF", "\"pattern\": \"META-INF"))
                        .faults())
                .contains("resources has an unknown pattern")
                .anyMatch(fault -> fault.startsWith("glob is no text"));
        assertThat(with(COMPLETE.replace("\"reflection\"", "\"reflect\"")).faults())
                .contains("the file has an unknown reflect");
    }

    @Test
    @DisplayName("ADR 38 what is registered and does not exist is told")
    void absent() throws IOException {
        assertThat(with(COMPLETE.replace("\"ofVirtual\"", "\"start\"")).absent())
                .containsExactly(Runnable.class.getName() + ".size()");
        assertThat(
                        with("""
                        {"reflection": [
                          {"condition": {"typeReached": "com.example.Gone"}, "type": "ME$Direct", "fields": [{"name": "counter"}]},
                          {"type": "java.lang.Thread", "methods": [{"name": "join", "parameterTypes": ["int"]}]},
                          {"type": "java.lang.Threads"}],
                         "resources": [{"glob": "io/syncguard/testsupport/other.lua"}, {"glob": "lua/**"}]}
                        """)
                                .absent())
                .containsExactly(
                        "com.example.Gone",
                        ME + "$Direct.counter",
                        "java.lang.Thread.join()",
                        "java.lang.Threads",
                        "io/syncguard/testsupport/other.lua",
                        "lua/**");
    }
}
