package io.syncguard;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Which package of this module may know which (ADR 20). */
class RoomsTest {
    /** Each knows only those before it. */
    private static final List<String> ROOMS =
            List.of("threads", "observe", "call", "lease", "queue", "acquire", "guard", "open");

    private static final JavaClasses MODULE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.syncguard");

    @Test
    @DisplayName("the root package knows neither the SPI nor what is inside, except to open a guard")
    void root() {
        noClasses()
                .that()
                .resideInAPackage("io.syncguard")
                .and()
                .doNotHaveFullyQualifiedName(SyncGuard.class.getName())
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.syncguard.spi..", "io.syncguard.internal..")
                .check(MODULE);
        noClasses()
                .that()
                .haveFullyQualifiedName(SyncGuard.class.getName())
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(rooms(ROOMS.subList(0, ROOMS.indexOf("open"))))
                .check(MODULE);
    }

    @Test
    @DisplayName("the SPI does not know what is inside")
    void spi() {
        noClasses()
                .that()
                .resideInAPackage("io.syncguard.spi..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.syncguard.internal..")
                .check(MODULE);
    }

    @Test
    @DisplayName("each room inside knows only rooms before it")
    void rooms() {
        LayeredArchitecture layers =
                layeredArchitecture().consideringOnlyDependenciesInAnyPackage("io.syncguard.internal..");
        for (String room : ROOMS) {
            layers = layers.layer(room).definedBy("io.syncguard.internal." + room);
        }
        for (String room : ROOMS) {
            List<String> later = ROOMS.subList(ROOMS.indexOf(room) + 1, ROOMS.size());
            layers = later.isEmpty()
                    ? layers.whereLayer(room).mayNotBeAccessedByAnyLayer()
                    : layers.whereLayer(room).mayOnlyBeAccessedByLayers(later.toArray(String[]::new));
        }
        layers.check(MODULE);
        noClasses()
                .that()
                .resideInAPackage("io.syncguard.internal.queue")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.syncguard.internal.lease", "io.syncguard.internal.call")
                .check(MODULE);
        classes()
                .that()
                .resideInAPackage("io.syncguard.internal..")
                .should()
                .resideInAnyPackage(rooms(ROOMS))
                .check(MODULE);
    }

    @Test
    @DisplayName("no packages inside know each other in a circle")
    void circles() {
        slices().matching("io.syncguard.internal.(*)..")
                .should()
                .beFreeOfCycles()
                .check(MODULE);
    }

    private static String[] rooms(List<String> names) {
        return names.stream().map(name -> "io.syncguard.internal." + name).toArray(String[]::new);
    }
}
