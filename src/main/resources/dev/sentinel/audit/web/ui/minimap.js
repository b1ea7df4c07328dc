// The whole trace in a strip, with a window that chooses the part that the waterfall shows.
import { html, useMemo, useRef, useState } from "./dom.js";
import { duration } from "./format.js";

const WIDTH = 1_000;
const HEIGHT = 40;

/** Lines of different steps: of more steps, several share a line. */
const LINES = 20;

/** From the bottom up: what needs attention covers the rest. */
const KINDS = ["success", "pending", "denied", "error"];

/** A window is at least this part of the strip. */
const LEAST = 0.005;

/** A step of an arrow key, of {@link WIDTH}. */
const STEP = 10;

/**
 * @param bars of all steps
 * @param axis of the whole trace: see {@link axisOf}
 * @param span the window as {from, to} in ms, or null for all
 * @param onSpan called with a window, or null for all
 */
export function Minimap({ bars, axis, span, onSpan }) {
  const strip = useRef(null);
  const start = useRef(null);
  const [drawn, draw] = useState(null);
  const paths = useMemo(() => pathsOf(bars, axis), [bars, axis]);
  const [from, to] = drawn ?? (span ? [axis.x(span.from), axis.x(span.to)] : [0, 1]);
  const choose = (left, right) => {
    if (left <= 0 && right >= 1) onSpan(null);
    else onSpan({ from: axis.timeAt(Math.max(0, left)), to: axis.timeAt(Math.min(1, Math.max(right, left + LEAST))) });
  };
  const at = (event) => {
    const { left, width } = strip.current.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - left) / width));
  };
  const pressed = (event) => {
    if (event.button !== 0 || event.target.tagName === "INPUT") return;
    start.current = at(event);
    strip.current.setPointerCapture(event.pointerId);
  };
  const moved = (event) => {
    if (start.current !== null) draw([start.current, at(event)].sort((a, b) => a - b));
  };
  const released = () => {
    if (drawn && drawn[1] - drawn[0] > LEAST) choose(...drawn);
    start.current = null;
    draw(null);
  };
  const edge = (label, value, change) => html`
    <input type="range" min="0" max=${WIDTH} step=${STEP} value=${Math.round(value * WIDTH)} aria-label=${label}
      aria-valuetext=${`+${duration(axis.timeAt(value) - axis.start)}`} onInput=${(event) => change(event.target.value / WIDTH)} />`;
  return html`
    <div class="minimap" ref=${strip} title="Drag to show a part" onPointerDown=${pressed} onPointerMove=${moved} onPointerUp=${released} onPointerCancel=${released}>
      <svg viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
        ${KINDS.map((kind) => html`<path key=${kind} class=${kind} d=${paths[kind] || "M0 0"} />`)}
      </svg>
      <span class="outside" style=${{ left: 0, width: `${from * 100}%` }}></span>
      <span class="outside" style=${{ right: 0, width: `${(1 - to) * 100}%` }}></span>
      ${edge("Start of the part that is shown", from, (x) => choose(Math.min(x, to - LEAST), to))}
      ${edge("End of the part that is shown", to, (x) => choose(from, Math.max(x, from + LEAST)))}
    </div>
  `;
}

/** A path for each kind. Steps that would be drawn over each other are drawn once. */
function pathsOf(bars, axis) {
  const drawn = Object.fromEntries(KINDS.map((kind) => [kind, new Set()]));
  const lines = Math.min(LINES, Math.max(1, bars.length));
  bars.forEach(({ event, start, end }, index) => {
    const x = Math.round(axis.x(start) * WIDTH);
    const y = (Math.floor((index * lines) / bars.length) + 0.5) * (HEIGHT / lines);
    drawn[event.status]?.add(`M${x} ${Math.round(y)}h${Math.max(2, Math.round(axis.x(end) * WIDTH) - x)}`);
  });
  return Object.fromEntries(KINDS.map((kind) => [kind, [...drawn[kind]].join("")]));
}
