package dev.sentinel.audit.store.lsm;

/** The file has something that was never written. What is stored must be made anew. */
public final class LsmDamage extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LsmDamage(String what) {
        super("damaged: " + what);
    }
}
