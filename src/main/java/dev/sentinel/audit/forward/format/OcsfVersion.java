package dev.sentinel.audit.forward.format;

/** A version of the Open Cybersecurity Schema Framework. */
public enum OcsfVersion {
    V1_8("1.8.0"),
    /** The first one that has a place for AI agents, and for proofs of a record. */
    V1_9("1.9.0");

    private final String text;

    OcsfVersion(String text) {
        this.text = text;
    }

    /** The version in an event. */
    String text() {
        return text;
    }

    /**
     * The version with this text.
     *
     * @throws IllegalArgumentException for another version; says which there are
     */
    public static OcsfVersion of(String text) {
        for (OcsfVersion version : values()) {
            if (version.text.equals(text)) {
                return version;
            }
        }
        throw new IllegalArgumentException("version must be 1.8.0 or 1.9.0");
    }
}
