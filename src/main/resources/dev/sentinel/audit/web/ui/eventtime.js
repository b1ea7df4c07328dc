// The time by which the server orders an event, and the mark of a time that no right clock can have sent.
import { html } from "./dom.js";
import { dateTime } from "./format.js";

const DAY_MS = 86_400_000;

/** Agents are younger. */
const PLAUSIBLE_FROM = Date.UTC(2000, 0, 1);

/**
 * The effective time in ms: the event's timestamp, but at most 24 hours after it was received. Always a number, because
 * events are ordered by it: of an event without any time, 1970.
 */
export function effectiveTime(event) {
  const sent = Date.parse(event.timestamp);
  const latest = Date.parse(event.received_at) + DAY_MS;
  if (Number.isNaN(sent)) return Number.isNaN(latest) ? 0 : latest - DAY_MS;
  return Number.isNaN(latest) ? sent : Math.min(sent, latest);
}

/** What is wrong with the timestamp of an event, in words; null if nothing is. */
export function clockProblem(event) {
  const effective = effectiveTime(event);
  if (Number.isNaN(Date.parse(event.timestamp))) return "The time cannot be read.";
  if (Date.parse(event.timestamp) > effective) {
    return `The time is more than 24 hours after the event was received, so the event is ordered at ${dateTime(effective)}.`;
  }
  return effective < PLAUSIBLE_FROM ? "The time is before the year 2000." : null;
}

/** A label beside the time of an event whose client's clock seems wrong. */
export function ClockMark({ event }) {
  const problem = clockProblem(event);
  return problem && html`<span class="clock-mark" title=${problem}>wrong clock<span class="visually-hidden">: ${problem}</span></span>`;
}
