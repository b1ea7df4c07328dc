// Events over time as stacked bars, with their latencies below.
import { bars, Chart, color, lines } from "./chart.js";
import { html, useMemo, useState } from "./dom.js";
import { compact, count, duration, percent, plural, span, utc } from "./format.js";

/** From the bottom up. Statuses that need attention are at the axis, where heights can be compared. */
const LAYERS = ["error", "denied", "pending", "success"];

/**
 * @param onZoom called with a range in ms
 * @param height of the bars, in pixels
 * @param latencies whether a second chart shows them, if there are some
 */
export function Timeline({ stats, onZoom, height = 214, latencies: wanted = true }) {
  const { bucket_seconds: width } = stats;
  const buckets = useMemo(() => stats.buckets.filter(({ start }) => !Number.isNaN(Date.parse(start))), [stats.buckets]);
  const [hovered, hover] = useState(null);

  const data = useMemo(() => {
    const times = buckets.map((bucket) => Date.parse(bucket.start) / 1000);
    const stacks = LAYERS.map((_, layer) =>
      buckets.map((bucket) => LAYERS.slice(0, layer + 1).reduce((sum, status) => sum + bucket.by_status[status], 0)));
    // The highest stack is drawn first; each lower one covers all of it except the difference.
    return [times, ...stacks.reverse()];
  }, [buckets]);

  // A line goes through the middles of the buckets.
  const latencies = useMemo(() => [
    data[0].map((start) => start + width / 2),
    buckets.map((bucket) => bucket.latency_ms?.p95 ?? null),
    buckets.map((bucket) => bucket.latency_ms?.p50 ?? null),
  ], [data, width]);
  const timed = wanted && latencies[1].some((value) => value !== null);

  const layers = [...LAYERS].reverse().map((status) => ({
    label: status,
    paths: bars,
    points: { show: false },
    width: 0,
    fill: () => color(`bar-${status}`),
    stroke: () => color(`bar-${status}`),
  }));
  const line = (label, name) => ({
    label,
    paths: lines,
    width: 2,
    stroke: () => color(name),
    points: { show: (_, series) => buckets.length < 80 || series > 0, size: 4, fill: () => color(name) },
  });
  const total = stats.totals;
  return html`
    <div class="timeline">
      <${Legend} bucket=${hovered === null ? null : buckets[hovered]} width=${width} totals=${total} />
      <${Chart} data=${data} starts=${data[0]} bucketSeconds=${width} series=${layers} height=${height} format=${compact} onZoom=${onZoom} onHover=${hover}
        label=${`Events over time: ${plural(total.events, "event")}, ${plural(total.by_status.error, "error")}, from ${utc(stats.from)} to ${utc(stats.to)}. See the list of events for details.`} />
      ${timed && html`
        <h3 class="chart-title">Latency <span class="key p95">p95</span> <span class="key p50">p50</span></h3>
        <${Chart} data=${latencies} starts=${data[0]} bucketSeconds=${width} series=${[line("p95", "line-p95"), line("p50", "line-p50")]} height=${146}
          format=${(ms) => duration(ms)} onZoom=${onZoom} onHover=${hover}
          label=${`Latency over time. Overall, 95 % took at most ${duration(total.latency_ms?.p95)}.`} />
      `}
    </div>
  `;
}

/** The legend, with the counts of the bucket under the pointer, or else the totals. */
function Legend({ bucket, width, totals }) {
  const { by_status: byStatus, events, latency_ms: latency } = bucket ?? totals;
  const start = bucket && Date.parse(bucket.start);
  return html`
    <p class="legend" aria-hidden=${bucket ? "true" : "false"}>
      <span class="legend-when">${bucket ? span(start, start + width * 1000) : "Whole range"}</span>
      ${[...LAYERS].reverse().map((status) => html`
        <span key=${status} class=${`key ${status}`}>${status} <b>${count(byStatus[status])}</b></span>
      `)}
      <span>errors <b>${percent(events === 0 ? 0 : byStatus.error / events)}</b></span>
      ${latency?.count > 0 && html`<span>p95 <b>${duration(latency.p95)}</b></span>`}
    </p>
  `;
}
