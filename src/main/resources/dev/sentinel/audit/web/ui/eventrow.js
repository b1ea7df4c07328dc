// One event as a row of a table, or as a card on narrow windows.
import { Cell, labelOf } from "./columns.js";
import { Status } from "./detail.js";
import { html } from "./dom.js";
import { ClockMark } from "./eventtime.js";
import { clock, date, utc } from "./format.js";
import { Name } from "./names.js";

/**
 * @param columns the names of the columns after the time and the status
 * @param onOrder called to turn the order around
 */
export function Header({ columns, oldestFirst, onOrder }) {
  return html`
    <span role="columnheader" class="c-time" aria-sort=${oldestFirst ? "ascending" : "descending"}>
      <button type="button" class="sort" title=${oldestFirst ? "Show the newest first" : "Show the oldest first"} onClick=${onOrder}>
        Time <span aria-hidden="true">${oldestFirst ? "↑" : "↓"}</span></button></span>
    <span role="columnheader">Status</span>
    ${columns.map((name) => html`<span key=${name} role="columnheader" class=${`c-${name}`}>${labelOf(name)}</span>`)}
  `;
}

/** @param newDay whether the event above it is of another day */
export function Cells({ columns, event, newDay = false }) {
  return html`
    <span role="gridcell" class="c-time" title=${utc(event.timestamp)}><${ClockMark} event=${event} /> <span class=${newDay ? "new-day" : "muted"}>${date(event.timestamp)}</span> ${clock(event.timestamp)}</span>
    <span role="gridcell" class="c-status"><${Status} status=${event.status} /></span>
    ${columns.map((name) => html`<${Cell} key=${name} name=${name} event=${event} />`)}
  `;
}

export function Card({ event }) {
  return html`
    <span role="gridcell" class="card">
      <span class="card-line"><span class="card-resource mono"><${Name} text=${event.resource} /></span> <${Status} status=${event.status} /></span>
      <span class="card-line muted"><span class="card-agent"><${Name} text=${event.agent_instance_id} /></span>
        <span title=${utc(event.timestamp)}><${ClockMark} event=${event} /> ${date(event.timestamp)} ${clock(event.timestamp)}</span></span>
    </span>
  `;
}
