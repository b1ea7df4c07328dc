package dev.sentinel.audit.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sentinel.audit.TestKeys;
import dev.sentinel.audit.event.AuditEvent;
import dev.sentinel.audit.keys.AdminAct;
import dev.sentinel.audit.keys.ApiKey;
import dev.sentinel.audit.keys.KeyStore;
import dev.sentinel.audit.model.ActionType;
import dev.sentinel.audit.model.ActorType;
import dev.sentinel.audit.store.DestinationState;
import dev.sentinel.audit.store.DestinationStore;
import dev.sentinel.audit.store.SavedView;
import dev.sentinel.audit.store.StoredDestination;
import dev.sentinel.audit.store.TraceSummary;
import dev.sentinel.audit.store.ViewStore;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a migration takes along besides events: notes, keys, destinations and views. */
final class CarriedOverTest extends MigrationCase {
    /** Only clients may not send them as events. */
    @Test
    void notes_inTheLog_areCopiedAndMerged() {
        AuditEvent note = events.next().toBuilder()
                .actor(ActorType.HUMAN)
                .actionType(ActionType.API_CALL)
                .resource(TraceSummary.NOTE)
                .build();
        SourceLog.append(source(), List.of(note), 1);
        copy();
        SourceLog.append(target(), events.next(1), 1);
        SourceLog.append(
                source(), List.of(note.toBuilder().eventId(new UUID(7, 7)).build()), 1);

        run(log(), target(), true);

        assertThat(read(target()))
                .extracting(stored -> stored.event().resource())
                .filteredOn(TraceSummary.NOTE::equals)
                .hasSize(2);
    }

    @Test
    void copy_keys_areCopiedWithRevocations() {
        append(3);
        AdminAct act = new AdminAct(UUID.randomUUID().toString(), "{}");
        TestKeys.with(source(), keys -> keys.add(key("aaaaaaaa"), act));
        copy();
        List<ApiKey> copied = TestKeys.with(target(), KeyStore::keys);
        assertThat(copied).usingRecursiveFieldByFieldElementComparator().containsExactly(key("aaaaaaaa"));
        List<AdminAct> uncaptured = TestKeys.with(target(), keys -> keys.uncaptured(10));
        assertThat(uncaptured).containsExactly(act);
        TestKeys.with(source(), keys -> keys.revoke("aaaaaaaa", THEN, act));

        copy();

        List<ApiKey> again = TestKeys.with(target(), KeyStore::keys);
        assertThat(again).extracting(ApiKey::revoked).containsExactly(THEN);
    }

    @Test
    void copy_destinations_goOnWhereTheyWere() {
        append(3);
        StoredDestination siem = StoredDestination.starting("siem", "{}", 2, null);
        destinations(source(), store -> store.add(siem));

        copy();

        List<StoredDestination> copied = destinations(target(), DestinationStore::all);
        assertThat(copied).containsExactly(siem);
    }

    /** Between two runs, and on the way back: what was delivered or removed since must not be delivered again. */
    @Test
    void copy_again_hasTheDestinationsAndViewsOfTheSourceAsTheyAreNow() {
        append(3);
        destinations(source(), store -> store.add(StoredDestination.starting("siem", "{}", 0, null)));
        destinations(source(), store -> store.add(StoredDestination.starting("removed", "{}", 0, null)));
        views(source(), store -> store.add(new SavedView("k1", "1", "Errors", "/ui/runs", THEN)));
        copy();
        StoredDestination moved = StoredDestination.starting("siem", "{}", 3, null);
        destinations(target(), store -> store.remove("siem"));
        destinations(target(), store -> store.add(moved));
        destinations(target(), store -> store.remove("removed"));
        views(target(), store -> store.remove("k1", "1"));
        // Each of these changes is an event.
        SourceLog.append(target(), events.next(3), 3);

        run(postgres(), source());

        List<StoredDestination> there = destinations(source(), DestinationStore::all);
        assertThat(there).containsExactly(moved);
        List<SavedView> views = views(source(), ViewStore::all);
        assertThat(views).isEmpty();
    }

    /** It was run once more, after a server had delivered from the target, or by a script that retries. */
    @Test
    void copy_againWithoutNewEvents_takesNoCursorBackAndNothingAway() {
        append(9);
        destinations(source(), store -> store.add(StoredDestination.starting("siem", "{}", 0, null)));
        destinations(source(), store -> store.add(StoredDestination.starting("lake", "{}", 0, null)));
        copy();
        destinations(source(), store -> store.steer("lake", DestinationState.RUNNING, OptionalLong.of(5)));
        destinations(target(), store -> store.steer("siem", DestinationState.PAUSED, OptionalLong.of(7)));
        destinations(target(), store -> store.add(StoredDestination.starting("new", "{}", 2, null)));
        views(target(), store -> store.add(new SavedView("k1", "1", "Errors", "/ui/runs", THEN)));

        copy();

        List<StoredDestination> there = destinations(target(), DestinationStore::all);
        assertThat(there)
                .extracting(row -> row.id() + " " + row.next() + " " + row.state())
                .containsExactly("lake 5 RUNNING", "new 2 RUNNING", "siem 7 PAUSED");
        List<SavedView> views = views(target(), ViewStore::all);
        assertThat(views).hasSize(1);
    }

    @Test
    void copy_viewsOfTheDashboard_areThere() {
        append(3);
        SavedView errors = new SavedView("k1", "1", "Errors", "/ui/events?query=status%3Aerror", THEN);
        views(source(), store -> store.add(errors));

        copy();

        List<SavedView> copied = views(target(), store -> store.of("k1"));
        assertThat(copied).containsExactly(errors);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void adopt_keyThatIsRevokedHere_staysRevoked(boolean inPostgres) {
        AdminAct act = new AdminAct(UUID.randomUUID().toString(), "{}");

        List<ApiKey> adopted = TestKeys.with(
                inPostgres ? target() : source(),
                keys -> keys.add(key("aaaaaaaa"), act)
                        .compose(added -> keys.revoke("aaaaaaaa", THEN, act))
                        .compose(revoked -> keys.adopt(List.of(key("aaaaaaaa"), key("bbbbbbbb")), List.of()))
                        .compose(done -> keys.keys()));

        assertThat(adopted).extracting(ApiKey::id).containsExactly("aaaaaaaa", "bbbbbbbb");
        assertThat(adopted).extracting(ApiKey::revoked).containsExactly(THEN, null);
    }
}
