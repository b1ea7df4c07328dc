/**
 * How events are written for the systems that receive them. An {@link dev.sentinel.audit.forward.format.EventFormat}
 * writes one event; a {@link dev.sentinel.audit.forward.format.BatchFormat} puts those of a batch together.
 *
 * <p>Wherever a format carries the event itself, its text is that of {@link dev.sentinel.audit.event.EventWriter}, so
 * that a receiver can compare events of any two ways out byte by byte. Each format carries {@code event_id} and
 * {@code seq} of each event, by which a receiver drops repeats.
 *
 * <p>Nothing here knows a network.
 */
@NullMarked
package dev.sentinel.audit.forward.format;

import org.jspecify.annotations.NullMarked;
