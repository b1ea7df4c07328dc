// Names the time zone of all times.
import { html } from "./dom.js";
import { timeZone } from "./format.js";

export function Zone() {
  const { name, offset } = timeZone();
  return html`<span class="zone" title="All times are in the time zone of this browser. Point at a time to see it in UTC."
    >${name} <span class="muted">${offset}</span></span>`;
}
