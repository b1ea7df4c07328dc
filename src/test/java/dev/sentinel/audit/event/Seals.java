package dev.sentinel.audit.event;

import io.vertx.core.json.JsonObject;
import java.util.HexFormat;

/** Seals for tests. */
public final class Seals {
    /** For events without personal links of which the seal does not matter. */
    public static final Seal ANY = Seal.of(new byte[Seal.SALT_BYTES], new byte[Seal.SALT_BYTES], null);

    private Seals() {}

    /** For an event of which the seal does not matter, with a part for its links if it has personal ones. */
    public static Seal any(AuditEvent event) {
        byte[] salt = new byte[Seal.SALT_BYTES];
        return Seal.of(salt, salt, event.links().mayBePersonal() ? salt : null);
    }

    /** Reads the member {@code seal} of an event. */
    public static Seal of(JsonObject seal) {
        HexFormat hex = HexFormat.of();
        String links = seal.getString("links");
        return Seal.of(
                hex.parseHex(seal.getString("resource")),
                hex.parseHex(seal.getString("metadata")),
                links == null ? null : hex.parseHex(links));
    }
}
