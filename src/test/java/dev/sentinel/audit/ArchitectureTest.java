package dev.sentinel.audit;

import static com.tngtech.archunit.base.DescribedPredicate.not;
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

/** Dependencies point down, and packages that must not depend on each other do not. */
final class ArchitectureTest {
    private static final String ROOT = "dev.sentinel.audit";

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    /** From the bottom up: a package, and all of our packages that it may use. */
    @ParameterizedTest
    @CsvSource({
        "model, ''",
        "redact, ''",
        "digest, ''",
        "failure, ''",
        "bus, ''",
        "reads, ''",
        "evidence.tlog, ''",
        "event, 'digest model redact'",
        "client, 'model redact'",
        "keys, 'digest model bus event'",
        "config, 'redact keys evidence.tlog'",
        "files, ''",
        "store, 'failure model event evidence.tlog'",
        "store.lsm, ''",
        "store.migrate, 'store digest failure model event redact evidence.tlog'",
        "store.sqlite, 'store.lsm files evidence.tlog store.migrate store digest failure model event bus config "
                + "redact keys'",
        "store.postgres, 'reads evidence.tlog store.migrate store failure model event config redact keys'",
        "backend, 'store.sqlite store.postgres store.migrate store failure model event bus config redact keys'",
        "persist, 'store failure event bus evidence.tlog'",
        "http.inflight, failure",
        "http, 'http.inflight failure model event config redact keys'",
        "redis, 'failure config redact keys'",
        "http.ratelimit, 'http redis failure config keys'",
        "http.auth, 'http persist reads failure event bus config redact keys'",
        "ingest.cloudevents, 'digest event model redact'",
        "ingest.sources, 'http keys model redact'",
        "ingest.feed, ''",
        "ingest, 'ingest.cloudevents ingest.feed ingest.sources http http.inflight http.ratelimit persist store "
                + "failure model event bus config redact keys'",
        "evidence, 'evidence.tlog files http http.inflight keys config store failure model event bus redact'",
        "ingest.otlp.wire, ''",
        "ingest.otlp.mapping, 'ingest.otlp.wire digest event model redact'",
        "ingest.otlp, 'ingest.sources ingest.otlp.wire ingest.otlp.mapping ingest http http.inflight failure "
                + "model event config redact keys store'",
        "query.filter, 'store model event'",
        "query, 'query.filter reads redis http http.inflight store digest failure model event keys'",
        "query.stream, 'query http http.inflight store failure model event config keys'",
        "query.export, 'evidence digest query http http.auth http.inflight store failure model event bus config keys'",
        "views, 'http store keys event model'",
        "web, 'http digest'",
        "ops.systemd, ''",
        "ops.metrics, 'http persist store event bus'",
        "ops.health, 'http ops.metrics store failure event bus'",
        "forward, 'files store event model keys config http http.auth http.inflight persist failure bus query'",
        "forward.format, 'forward digest event model'",
        "plugin, failure",
        "kafka, 'forward.format forward ingest.feed failure event model'",
        "aws, 'forward.format forward digest event model'",
        "forward.send, 'forward.format forward digest failure event model config'",
        "evidence.verify, 'evidence.tlog store.sqlite digest failure event'",
        "cli.demo, 'model client'",
        "cli.witness, 'evidence.tlog digest files failure'"
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

    /** An agent needs only the JDK and a jar with exactly these packages. */
    @Test
    void clientJar_usesNothingButTheJdk() {
        classes()
                .that()
                .resideInAnyPackage(ROOT + ".model", ROOT + ".redact", ROOT + ".client")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        "java..",
                        "javax.net.ssl..",
                        "org.jspecify.annotations",
                        ROOT + ".model",
                        ROOT + ".redact",
                        ROOT + ".client"))
                .check(MAIN);
    }

    /** Anyone who verifies evidence can read it and lift it out. */
    @Test
    void transparencyLog_usesNothingButTheJdk() {
        classes()
                .that()
                .resideInAPackage(ROOT + ".evidence.tlog")
                .should()
                .onlyDependOnClassesThat(
                        resideInAnyPackage("java..", "org.jspecify.annotations", ROOT + ".evidence.tlog"))
                .check(MAIN);
    }

    @Test
    void jdbc_isUsedByTheSqliteStoreOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + ".store.sqlite", ROOT + ".store.lsm")
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
