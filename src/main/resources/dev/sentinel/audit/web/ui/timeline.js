// Events over time as stacked bars, and below them how long they took.
import { bars, Chart, colour, lines } from "./chart.js";
import { html, useMemo, useState } from "./dom.js";
import { compact, count, duration, moment, percent, plural, utc } from "./format.js";

/** From the bottom up: what needs attention stands on the axis, where heights can be compared. */
const LAYERS = ["error", "denied", "pending", "success"];

/** @param onZoom told a range in ms */
export function Timeline({ stats, onZoom }) {
  const { buckets, bucket_seconds: width } = stats;
  const [hovered, hover] = useState(null);

  const data = useMemo(() => {
    const times = buckets.map((bucket) => Date.parse(bucket.start) / 1000);
    const stacks = LAYERS.map((_, layer) =>
      buckets.map((bucket) => LAYERS.slice(0, layer + 1).reduce((sum, status) => sum + bucket.by_status[status], 0)));
    // The highest is drawn first, so that each covers all but its own part of it.
    return [times, ...stacks.reverse()];
  }, [buckets]);

  const latencies = useMemo(() => [
    data[0],
    buckets.map((bucket) => bucket.latency_ms?.p95 ?? null),
    buckets.map((bucket) => bucket.latency_ms?.p50 ?? null),
  ], [data]);
  const timed = latencies[1].some((value) => value !== null);

  const layers = [...LAYERS].reverse().map((status) => ({
    label: status,
    paths: bars,
    points: { show: false },
    width: 0,
    fill: () => colour(`bar-${status}`),
    stroke: () => colour(`bar-${status}`),
  }));
  const line = (label, name) => ({
    label,
    paths: lines,
    width: 2,
    stroke: () => colour(name),
    points: { show: (_, series) => buckets.length < 80 || series > 0, size: 4, fill: () => colour(name) },
  });
  const total = stats.totals;
  return html`
    <div class="timeline">
      <${Legend} bucket=${hovered === null ? null : buckets[hovered]} width=${width} totals=${total} />
      <${Chart} data=${data} series=${layers} height=${200} format=${compact} onZoom=${onZoom} onHover=${hover}
        label=${`Events over time: ${plural(total.events, "event")}, ${plural(total.by_status.error, "error")}, from ${utc(stats.from)} to ${utc(stats.to)}. The list of events has them all.`} />
      ${timed && html`
        <h3 class="chart-title">Latency <span class="key p95">p95</span> <span class="key p50">p50</span></h3>
        <${Chart} data=${latencies} series=${[line("p95", "line-p95"), line("p50", "line-p50")]} height=${120}
          format=${(ms) => duration(ms)} onZoom=${onZoom} onHover=${hover}
          label=${`Latency over time; 95 % took at most ${duration(total.latency_ms?.p95)} in all.`} />
      `}
    </div>
  `;
}

/** What the colours mean, with the figures under the pointer or else those of all. */
function Legend({ bucket, width, totals }) {
  const { by_status: byStatus, events, latency_ms: latency } = bucket ?? totals;
  const start = bucket && Date.parse(bucket.start);
  return html`
    <p class="legend" aria-hidden=${bucket ? "true" : "false"}>
      <span class="legend-when">${bucket ? `${moment(start)} – ${moment(start + width * 1000)}` : "Whole range"}</span>
      ${[...LAYERS].reverse().map((status) => html`
        <span key=${status} class=${`key ${status}`}>${status} <b>${count(byStatus[status])}</b></span>
      `)}
      <span>errors <b>${percent(events === 0 ? 0 : byStatus.error / events)}</b></span>
      ${latency?.count > 0 && html`<span>p95 <b>${duration(latency.p95)}</b></span>`}
    </p>
  `;
}
