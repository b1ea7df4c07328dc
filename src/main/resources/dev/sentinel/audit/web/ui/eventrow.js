// One event as a row of a table, or as a card on narrow windows.
import { Status } from "./detail.js";
import { html } from "./dom.js";
import { ClockMark } from "./eventtime.js";
import { clock, date, duration, utc, words } from "./format.js";
import { Icon } from "./icons.js";
import { Name, plain } from "./names.js";

export function Header() {
  return ["Time", "Status", "Agent", "Action", "Resource", "Latency", "Trace"].map((name) => html`
    <span key=${name} role="columnheader" class=${`c-${name.toLowerCase()}`}>${name}</span>
  `);
}

export function Cells({ event }) {
  return html`
    <span role="gridcell" class="c-time" title=${utc(event.timestamp)}><${ClockMark} event=${event} /> <span class="muted">${date(event.timestamp)}</span> ${clock(event.timestamp)}</span>
    <span role="gridcell" class="c-status"><${Status} status=${event.status} /></span>
    <span role="gridcell" class="c-agent" title=${plain(event.agent_instance_id)}><${Name} text=${event.agent_instance_id} /></span>
    <span role="gridcell" class="c-action"><${Icon} name=${event.actor} /><span class="visually-hidden">${event.actor}: </span> ${words(event.action_type)}</span>
    <span role="gridcell" class="c-resource mono" title=${plain(event.resource)}><${Name} text=${event.resource} /></span>
    <span role="gridcell" class="c-latency">${duration(event.latency_ms)}</span>
    <span role="gridcell" class="c-trace muted" title=${plain(event.trace_id)}><${Name} text=${event.trace_id} /></span>
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
