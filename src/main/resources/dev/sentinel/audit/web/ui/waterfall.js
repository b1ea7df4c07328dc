// Positions of events on the axis of a trace. Pure functions; times are in ms.
import { effectiveTime } from "./eventtime.js";

/** A gap is shortened if it is longer than this share of the trace. */
const LONG_SHARE = 0.04;

/** The remaining length of a shortened gap, as a share of the busy time. */
const CUT_SHARE = 0.012;

/** Events as bars {event, start, end}, in the same order. */
export function barsOf(events) {
  return events.map((event) => {
    const start = effectiveTime(event);
    return { event, start, end: start + (event.latency_ms ?? 0) };
  });
}

/** The axis: `x` maps a time to 0…1, `timeAt` the other way, and `cuts` are the shortened gaps as {from, to, x, width}.
 * `origin` is the time from which its labels count.
 *
 * @param cutGaps whether to shorten idle periods
 * @param lastEnd when the trace ended, also if its last events are not among the bars; NaN if that is not known
 */
export function axisOf(bars, cutGaps, lastEnd) {
  const start = Math.min(...extremes(bars, (bar) => bar.start, Math.min));
  const end = Math.max(...extremes(bars, (bar) => bar.end, Math.max), Number.isFinite(lastEnd) ? lastEnd : start, start + 1);
  const gaps = cutGaps ? longGaps(bars, start, end) : [];
  const busy = end - start - gaps.reduce((sum, gap) => sum + gap.to - gap.from, 0);
  const cut = Math.max(1, busy * CUT_SHARE);
  const length = busy + gaps.length * cut;
  const x = (time) => {
    let at = time - start;
    for (const gap of gaps) {
      if (time >= gap.to) at -= gap.to - gap.from - cut;
      else if (time > gap.from) at -= (time - gap.from) * (1 - cut / (gap.to - gap.from));
      else break;
    }
    return at / length;
  };
  const timeAt = (share) => {
    let time = start + share * length;
    for (const gap of gaps) {
      const span = gap.to - gap.from;
      if (time >= gap.from + cut) time += span - cut;
      else if (time > gap.from) return gap.from + (time - gap.from) * (span / cut);
      else break;
    }
    return time;
  };
  return { origin: start, start, end, x, timeAt, cuts: gaps.map((gap) => ({ ...gap, x: x(gap.from), width: cut / length })) };
}

/** The part of an axis between two times. What lies outside is at its ends. */
export function zoomed(axis, { from, to }) {
  const left = axis.x(from);
  const width = axis.x(to) - left;
  const within = (x) => Math.min(1, Math.max(0, (x - left) / width));
  const cuts = axis.cuts.filter((cut) => cut.to > from && cut.from < to)
    .map((cut) => ({ ...cut, x: within(cut.x), width: within(cut.x + cut.width) - within(cut.x) }));
  return { origin: axis.origin, start: from, end: to, x: (time) => within(axis.x(time)), cuts };
}

/** A window as a parameter of the URL: two times in ms after the start of the trace. */
export function windowParam(axis, span) {
  return span && [span.from, span.to].map((time) => Math.round(time - axis.start)).join("-");
}

/** The window of that parameter; null for all, also if there is none such in this trace. */
export function windowOf(axis, param) {
  const [, from, to] = /^(\d{1,15})-(\d{1,15})$/.exec(param ?? "") ?? [];
  const span = { from: axis.start + Number(from), to: Math.min(axis.end, axis.start + Number(to)) };
  return span.from < span.to ? span : null;
}

/** How long the bars last from the first to the last. */
export function extent(bars) {
  if (bars.length === 0) return 0;
  const [start] = extremes(bars, (bar) => bar.start, Math.min);
  const [end] = extremes(bars, (bar) => bar.end, Math.max);
  return end - start;
}

/** Avoids Math.min(...all), because a trace may have more events than a call may have arguments. */
function extremes(bars, value, pick) {
  return [bars.reduce((best, bar) => pick(best, value(bar)), value(bars[0]))];
}

function longGaps(bars, start, end) {
  const least = (end - start) * LONG_SHARE;
  const gaps = [];
  let reached = start;
  for (const bar of [...bars].sort((a, b) => a.start - b.start)) {
    if (bar.start - reached > least) gaps.push({ from: reached, to: bar.start });
    reached = Math.max(reached, bar.end);
  }
  return gaps;
}

/** The idle time before each bar in ms; 0 if another event was in progress. */
export function idleBefore(bars) {
  let reached = bars.length > 0 ? bars[0].start : 0;
  return bars.map((bar) => {
    const idle = Math.max(0, bar.start - reached);
    reached = Math.max(reached, bar.end);
    return idle;
  });
}
