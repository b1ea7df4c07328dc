package dev.sentinel.audit.event;

/** Seals for tests. */
public final class Seals {
    /** For events of which the seal does not matter. */
    public static final Seal ANY = Seal.of(new byte[Seal.SALT_BYTES], new byte[Seal.SALT_BYTES]);

    private Seals() {}
}
