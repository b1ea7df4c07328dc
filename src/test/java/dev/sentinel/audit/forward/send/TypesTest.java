package dev.sentinel.audit.forward.send;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.forward.DestinationType;
import dev.sentinel.audit.query.EventFilters;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class TypesTest {
    private static final List<DestinationType> TYPES = ServiceLoader.load(DestinationType.class).stream()
            .map(ServiceLoader.Provider::get)
            .toList();

    @Test
    void schemes_ofAllTypes_areDifferent() {
        List<String> schemes = new ArrayList<>();
        TYPES.forEach(type -> schemes.addAll(type.schemes()));

        assertThat(schemes)
                .doesNotHaveDuplicates()
                .contains(
                        "https",
                        "http",
                        "splunk+https",
                        "splunk+http",
                        "elastic+https",
                        "elastic+http",
                        "syslog+tls",
                        "syslog+tcp");
    }

    /** They stand in one list with the filters and with what the engine reads itself. */
    @Test
    void options_ofAllTypes_areNoFilters() {
        assertThat(TYPES)
                .allSatisfy(type -> assertThat(type.options())
                        .containsAll(type.secrets())
                        .doesNotContainAnyElementsOf(EventFilters.NAMES)
                        .doesNotContain("start", "on_refused"));
    }
}
