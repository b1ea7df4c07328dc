// A chart over time on a canvas (uPlot), in the colors of the page, with a brush to select a range.
import { onAppearance } from "./appearance.js";
import { html, useEffect, useRef } from "./dom.js";
import { formatted } from "./format.js";
import uPlot from "./vendor/uplot.js";

/** The current value of a color of the style sheet. It changes with the color scheme. */
export function color(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

const axis = {
  stroke: () => color("muted"),
  grid: { stroke: () => color("grid"), width: 1 },
  ticks: { show: false },
  font: "12px system-ui, sans-serif",
};

/**
 * @param data columns in the format of uPlot; the first has times in seconds
 * @param starts the starts of the buckets in seconds
 * @param bucketSeconds the width of a bucket; the axis ends where the last one does
 * @param series uPlot options for each column except the first
 * @param label the description of the chart for screen readers
 * @param format formats a value of the vertical axis
 * @param onZoom called with the range selected by the brush, in ms
 * @param onHover called with the index of the bucket under the pointer, or null
 */
export function Chart({ data, starts, bucketSeconds, series, label, height, format, onZoom, onHover }) {
  const box = useRef(null);
  const plot = useRef(null);
  const callbacks = useRef({});
  callbacks.current = { onZoom, onHover };
  const known = useRef(null);
  known.current = starts;
  const range = useRef(null);
  range.current = [starts[0], starts.at(-1) + bucketSeconds];
  const shape = series.map((one) => one.label).join();

  useEffect(() => {
    const node = box.current;
    const chart = new uPlot({
      width: Math.max(200, node.clientWidth),
      height,
      legend: { show: false },
      cursor: { drag: { x: true, y: false, setScale: false }, y: false, points: { show: false } },
      scales: { x: { range: () => range.current }, y: { range: (_, low, high) => [0, high > 0 ? high * 1.08 : 1] } },
      axes: [
        { ...axis, grid: { show: false }, size: 44, space: 70, values: ticks },
        { ...axis, size: 56, space: 36, values: (_, values) => values.map(format) },
      ],
      series: [{}, ...series],
      hooks: {
        // Not the index of the cursor, which is that of the nearest start: right of the middle, of the next bucket.
        setCursor: [(self) => callbacks.current.onHover?.(bucketAt(self, known.current))],
        setSelect: [(self) => {
          const { left, width } = self.select;
          if (width < 4) return;
          const [from, to] = [left, left + width].map((x) => self.posToVal(x, "x") * 1000);
          self.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
          callbacks.current.onZoom?.(Math.round(from), Math.round(to));
        }],
      },
    }, data, node);
    plot.current = chart;
    const resized = new ResizeObserver(() => {
      chart.setSize({ width: Math.max(200, node.clientWidth), height });
    });
    resized.observe(node);
    const forget = onAppearance(() => chart.redraw());
    return () => {
      forget();
      resized.disconnect();
      chart.destroy();
    };
  }, [shape, height]);

  useEffect(() => {
    plot.current.setData(data);
  }, [data]);

  return html`<div class="chart" role="img" aria-label=${label} ref=${box}></div>`;
}

/** The index of the bucket under the pointer, or null. */
function bucketAt(self, starts) {
  if (self.cursor.left < 0) return null;
  const at = self.posToVal(self.cursor.left, "x");
  return Math.max(0, starts.findLastIndex((start) => start <= at));
}

const clockTick = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const secondTick = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const dayTick = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });

/** Labels with hours and minutes. The first one and the first of each day also have the date. */
function ticks(_, splits, axisIndex, space, increment) {
  return splits.map((second, index) => {
    const at = second * 1000;
    if (increment >= 86_400) return formatted(dayTick, at);
    const time = formatted(increment < 60 ? secondTick : clockTick, at);
    const newDay = index === 0 || new Date(splits[index - 1] * 1000).getDate() !== new Date(at).getDate();
    return newDay ? `${time}\n${formatted(dayTick, at)}` : time;
  });
}

/** Draws bars that fill their bucket. */
export const bars = uPlot.paths.bars({ size: [0.86, 400], align: 1 });

/** Draws lines with gaps where there are no values. */
export const lines = uPlot.paths.linear();
