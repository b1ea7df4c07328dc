// A chart over time on a canvas (uPlot), in the colors of the page, with a brush to select a range.
import { html, useEffect, useRef } from "./dom.js";
import uPlot from "./vendor/uplot.js";

const dark = matchMedia("(prefers-color-scheme: dark)");

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
 * @param data columns in the format of uPlot; the first has the times in seconds
 * @param series uPlot options for each column except the first
 * @param label the description of the chart for screen readers
 * @param format formats a value of the vertical axis
 * @param onZoom called with the range selected by the brush, in ms
 * @param onHover called with the index under the pointer, or null
 */
export function Chart({ data, series, label, height, format, onZoom, onHover }) {
  const box = useRef(null);
  const plot = useRef(null);
  const callbacks = useRef({});
  callbacks.current = { onZoom, onHover };
  const shape = series.map((one) => one.label).join();

  useEffect(() => {
    const node = box.current;
    const chart = new uPlot({
      width: Math.max(200, node.clientWidth),
      height,
      legend: { show: false },
      cursor: { drag: { x: true, y: false, setScale: false }, y: false, points: { show: false } },
      scales: { y: { range: (_, low, high) => [0, high > 0 ? high * 1.08 : 1] } },
      axes: [
        { ...axis, grid: { show: false }, size: 30, space: 70, values: ticks },
        { ...axis, size: 56, space: 36, values: (_, values) => values.map(format) },
      ],
      series: [{}, ...series],
      hooks: {
        setCursor: [({ cursor }) => callbacks.current.onHover?.(cursor.left >= 0 ? cursor.idx : null)],
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
    const schemeChanged = () => chart.redraw();
    dark.addEventListener("change", schemeChanged);
    return () => {
      dark.removeEventListener("change", schemeChanged);
      resized.disconnect();
      chart.destroy();
    };
  }, [shape, height]);

  useEffect(() => {
    plot.current.setData(data);
  }, [data]);

  return html`<div class="chart" role="img" aria-label=${label} ref=${box}></div>`;
}

const clockTick = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const secondTick = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const dayTick = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });

/** Labels with hours and minutes, or with the date at the start of a day. */
function ticks(_, splits, axisIndex, space, increment) {
  return splits.map((second, index) => {
    const at = new Date(second * 1000);
    const newDay = index > 0 && new Date(splits[index - 1] * 1000).getDate() !== at.getDate();
    if (increment >= 86_400 || newDay) return dayTick.format(at);
    return (increment < 60 ? secondTick : clockTick).format(at);
  });
}

/** Draws bars that fill their bucket. */
export const bars = uPlot.paths.bars({ size: [0.86, 60], align: 1 });

/** Draws lines with gaps where there are no values. */
export const lines = uPlot.paths.linear();
