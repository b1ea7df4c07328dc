// Our few icons, drawn on a grid of 16. They say nothing that is not also in words.
import { html } from "./dom.js";

const PATHS = {
  search: "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10Zm3.6-1.4L14 14",
  close: "M4 4l8 8M12 4l-8 8",
  copy: "M6 6h7v8H6zM3 10V2h7",
  bookmark: "M4 2.500h8V14L8 11l-4 3z",
  check: "M3 8.5 6.5 12 13 4.5",
  facets: "M2 3.500h5M2 8h9M2 12.500h3.500M12 3.500h2",
  filter: "M2 3h12L9.5 8.5V13l-3-1.5v-3z",
  exclude: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM5.200 8h5.600",
  download: "M8 2v8M4.5 7 8 10.5 11.5 7M3 13.5h10",
  play: "M4.5 3v10l8-5z",
  pause: "M5 3v10M11 3v10",
  earlier: "M10 3 5 8l5 5",
  later: "M6 3l5 5-5 5",
  clock: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 4.8V8l2.2 1.8",
  agent: "M4 6h8v7H4zM8 6V3M6.5 9.2v.6M9.5 9.2v.6",
  human: "M8 8a2.7 2.7 0 1 0 0-5.4A2.7 2.7 0 0 0 8 8Zm-5 6c.4-2.6 2.3-4 5-4s4.600 1.400 5 4",
  system: "M3 3.500h10v4H3zM3 8.500h10v4H3zM5.300 5.500h.1M5.300 10.500h.1",
};

export function Icon({ name }) {
  return html`
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d=${PATHS[name]} />
    </svg>
  `;
}
