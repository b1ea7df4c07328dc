package dev.sentinel.audit;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Dependencies point down, and what must stay apart stays apart. */
final class ArchitectureTest {
    private static final String ROOT = "dev.sentinel.audit";

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    /** From the bottom up: a package, and all that it may use of ours. */
    @ParameterizedTest
    @CsvSource({
        "redact, ''",
        "event, redact",
        "demo, event",
        "client, 'event redact'",
        "bus, ''",
        "auth, ''",
        "systemd, ''",
        "config, 'redact auth'",
        "store, event",
        "migrate, 'store event redact'",
        "store.sqlite, 'migrate store event bus config redact auth'",
        "store.postgres, 'migrate store event config auth redact'",
        "database, 'store store.sqlite store.postgres migrate auth config event redact bus'",
        "budget, store",
        "persist, 'store event bus'",
        "http, 'budget store event config redact auth'",
        "limit, 'http auth config'",
        "access, 'http persist store event redact bus config auth'",
        "query, 'http budget store event auth'",
        "export, 'query access http budget store event config bus auth'",
        "live, 'query http budget store event config auth'",
        "assets, http",
        "docs, 'http assets'",
        "ui, 'http assets'",
        "metrics, 'http persist store event bus'",
        "health, 'http metrics store event bus'",
        "ingest, 'http persist limit budget store event redact bus config auth'"
    })
    void package_any_usesOnlyWhatIsBelow(String name, String below) {
        String[] allowed = (below.isEmpty() ? name : name + " " + below).split(" ");
        for (int i = 0; i < allowed.length; i++) {
            allowed[i] = ROOT + "." + allowed[i];
        }
        classes()
                .that()
                .resideInAPackage(ROOT + "." + name)
                .should()
                .onlyDependOnClassesThat(not(resideInAnyPackage(ROOT + "..")).or(resideInAnyPackage(allowed)))
                .check(MAIN);
    }

    @Test
    void packages_all_areFreeOfCycles() {
        slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(MAIN);
    }

    /** An agent has the JDK, and a jar with these classes. */
    @Test
    void client_usesNothingButTheJdk() {
        classes()
                .that()
                .resideInAnyPackage(ROOT + ".client", ROOT + ".redact")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                                "java..",
                                "javax.net.ssl..",
                                "org.jspecify.annotations",
                                ROOT + ".client",
                                ROOT + ".redact")
                        .or(resideInAPackage(ROOT + ".event")))
                .check(MAIN);
    }

    @Test
    void jdbc_isUsedByTheSqliteStoreOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".store.sqlite")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..", "org.sqlite..", "io.vertx.jdbcclient..")
                .check(MAIN);
    }

    @Test
    void state_static_isImmutable() {
        fields().that()
                .areStatic()
                .and()
                .areDeclaredInClassesThat()
                .resideInAPackage(ROOT + "..")
                .should()
                .beFinal()
                .check(MAIN);
    }
}
