package io.syncguard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class StaleFenceExceptionTest {
    private static final FenceToken OFFERED = new FenceToken(41);
    private static final FenceToken HIGHEST = new FenceToken(42);

    @Test
    @DisplayName("GRD-2 it has both fences, says that the lock was lost, and what to do")
    void parts() {
        StaleFenceException e = new StaleFenceException(OFFERED, HIGHEST);

        assertThat(e.offered()).isEqualTo(OFFERED);
        assertThat(e.highest()).contains(HIGHEST);
        assertThat(e)
                .hasMessageContaining("fence 000000000000041 is refused")
                .hasMessageContaining("the lock was lost")
                .hasMessageContaining("written with fence 000000000000042")
                .hasMessageContaining("acquire the lock again");
    }

    @Test
    @DisplayName("GRD-2 where the greatest fence is not known it says none")
    void unknownHighest() {
        StaleFenceException e = new StaleFenceException(OFFERED, null);

        assertThat(e.highest()).isEmpty();
        assertThat(e).hasMessageContaining("written with a greater one.");
    }

    @Test
    @DisplayName("GRD-2 it travels between JVMs, as exceptions do")
    void serializable() throws IOException, ClassNotFoundException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new ObjectOutputStream(bytes).writeObject(new StaleFenceException(OFFERED, HIGHEST));

        StaleFenceException read =
                (StaleFenceException) new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();

        assertThat(read.offered()).isEqualTo(OFFERED);
        assertThat(read.highest()).contains(HIGHEST);
    }
}
