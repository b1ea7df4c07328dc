package dev.sentinel.audit.forward;

/** What a delivery means that has succeeded. Shown wherever the destination is. */
public enum Guarantee {
    /** The other side has said that it has the events. */
    ACKNOWLEDGED,
    /** The protocol knows no answer: the events were handed to the network. A peer that dies may lose them. */
    HANDED_OVER
}
