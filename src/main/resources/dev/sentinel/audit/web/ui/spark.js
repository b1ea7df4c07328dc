// A small chart without axes: how something went, beside its figure.
import { html } from "./dom.js";

const WIDTH = 120;
const HEIGHT = 22;

/**
 * @param values in the order of time
 * @param kind the status that is counted; undefined for all
 */
export function Spark({ values, kind = "all" }) {
  const most = Math.max(1, ...values);
  const step = WIDTH / values.length;
  // One path for all bars; the smallest can still be seen.
  const path = values.map((value, index) => {
    const height = value === 0 ? 0 : Math.max(1.5, (value / most) * HEIGHT);
    return height === 0 ? "" : `M${round(index * step)} ${HEIGHT}v${-round(height)}h${round(step < 3 ? step : step - 0.6)}v${round(height)}z`;
  }).join("");
  return html`
    <svg class=${`spark ${kind}`} viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <path d=${path || "M0 0"} />
    </svg>
  `;
}

function round(value) {
  return Math.round(value * 100) / 100;
}
