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

/** The axis: `x` maps a time to 0…1, and `cuts` are the shortened gaps as {from, to, x, width}.
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
  return { start, end, x, cuts: gaps.map((gap) => ({ ...gap, x: x(gap.from), width: cut / length })) };
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
