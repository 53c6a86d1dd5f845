package io.syncguard.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.testsupport.NativeImageMetadata;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class NativeImageMetadataTest {
    private final NativeImageMetadata metadata = NativeImageMetadata.ofThisModule();

    @Test
    @DisplayName("ADR 38 what the classes look up by name is registered for native images")
    void registered() {
        assertThat(metadata.faults()).isEmpty();
    }

    @Test
    @DisplayName("ADR 38 what is registered for native images exists")
    void exists() {
        assertThat(metadata.absent()).isEmpty();
    }
}
