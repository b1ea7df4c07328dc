// The systems that get the events of the log: how far each has got, and what is wrong.
import { Barred, usePolled } from "./administration.js";
import { change, url } from "./api.js";
import { Confirm } from "./confirm.js";
import { Destination } from "./destination.js";
import { definitionOf, DestinationForm } from "./destinationform.js";
import { lagOf, MADE_BY, promiseOf, State, urgency, whereOf } from "./destinationwords.js";
import { html, useState } from "./dom.js";
import { ago, dateTime, plural, utc } from "./format.js";
import { Name } from "./names.js";
import { go, href } from "./route.js";
import { Steer } from "./steer.js";
import { Empty, Failed, Loading } from "./states.js";
import { Table } from "./table.js";

const REFRESH_MS = 3_000;

export function Destinations({ params, barred }) {
  if (barred) return html`<${Barred} title="Destinations" why=${barred} />`;
  return params.id ? html`<${Destination} key=${params.id} id=${params.id} />` : html`<${All} />`;
}

function All() {
  const { answer, error, reload } = usePolled("/v1/destinations", REFRESH_MS);
  const all = answer?.destinations ?? [];
  const wrong = all.filter((one) => urgency(one) > 0).length;
  return html`
    <div class="view destinations">
      <div class="toolbar">
        <h1>Destinations</h1>
        ${answer && html`<span class="muted" role="status">${plural(all.length, "destination")}${
          wrong > 0 && html`, <span class="errors">${wrong} of them with a problem</span>`}</span>`}
        ${answer && html`<${New} />`}
        <${Guide} />
      </div>
      ${error && html`<${Failed} error=${error} onRetry=${reload} />`}
      ${!answer && !error && html`<${Loading} what="destinations" />`}
      ${answer && all.length === 0 && html`<${None} />`}
      ${all.length > 0 && html`
        <div class="panel flush"><${Table} label="Table of destinations" columns=${columns(reload)} rows=${all} idOf=${({ id }) => id} first="state" stacked /></div>
      `}
    </div>
  `;
}

function New() {
  const [asked, ask] = useState(false);
  const create = async (form) => {
    const { id } = await change("POST", "/v1/destinations", definitionOf(form));
    go("destinations", { id });
  };
  return html`
    <button type="button" class="button" aria-haspopup="dialog" onClick=${() => ask(true)}>New destination</button>
    ${asked && html`<${Confirm} title="New destination" verb="Make it" onConfirm=${create} onClose=${() => ask(false)}><${DestinationForm} /><//>`}
  `;
}

function Guide() {
  return html`<a class="guide" href=${url("/docs/destinations")} target="_blank" rel="noopener">How destinations work</a>`;
}

function None() {
  return html`
    <${Empty} title="This server passes its events on to no other system.">
      <p>A destination gets every event as it arrives: a SIEM, a search cluster, a webhook, or files for a data lake.</p>
      <p>Make one here, name one in <code>DESTINATIONS</code>, or run <code>bin/sentinel destinations add</code> on the server.${" "}
        <a href=${url("/docs/destinations#make-one")} target="_blank" rel="noopener">How to make one</a></p>
    <//>
  `;
}

const columns = (reload) => ({
  state: { label: "State", numeric: false, by: (one) => -urgency(one), cell: (one) => html`<${State} of=${one} />` },
  id: {
    label: "Destination", by: ({ id }) => id,
    cell: (one) => html`<span><a href=${href("destinations", { id: one.id })}><${Name} text=${one.id} /></a>
      <span class="second muted">${whereOf(one)}</span></span>`,
  },
  maker: { label: "Made by", by: (one) => one.made_by, cell: (one) => MADE_BY[one.made_by] ?? one.made_by },
  lag: {
    label: "Lag", numeric: true, by: (one) => one.lag_events,
    cell: lagOf,
  },
  progress: {
    label: "Last progress", numeric: true, by: (one) => Date.parse(one.advanced_at) || 0,
    cell: ({ advanced_at: at }) => (at ? html`<time datetime=${at} title=${`${dateTime(at)}, ${utc(at)}`}>${ago(at)}</time>` : "–"),
  },
  error: {
    label: "Last error", by: (one) => one.error ?? "",
    cell: ({ error }) => (error ? html`<span class="last-error" title=${error}><${Name} text=${error} /></span>` : html`<span class="muted">None</span>`),
  },
  promise: { label: "Guarantee", by: promiseOf, cell: promiseOf },
  steer: { label: "Actions", cell: (one) => html`<div><${Steer} of=${one} compact onDone=${reload} /></div>` },
});
