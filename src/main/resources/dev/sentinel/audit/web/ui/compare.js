// Two runs side by side, step by step.
import { Status } from "./detail.js";
import { align, differences, MAX_STEPS } from "./diff.js";
import { classes, html, useMemo, useNarrow, useState } from "./dom.js";
import { useFeed } from "./feed.js";
import { duration, plural, words } from "./format.js";
import { Icon } from "./icons.js";
import { useKeys } from "./keys.js";
import { Grid, step } from "./list.js";
import { marked, Name, plain } from "./names.js";
import { href, update } from "./route.js";
import { Empty, Failed, Loading } from "./states.js";
import { Suggested } from "./suggested.js";
import { useTrace } from "./tracefeed.js";

/** Of the newest runs of an agent, some are offered. */
const SEARCHED = 30;
const SUGGESTED = 6;
const idOf = (row) => `${row.left?.event_id ?? ""}-${row.right?.event_id ?? ""}`;

export function Compare({ params }) {
  const { left = "", right = "" } = params;
  return html`
    <div class="view trace compare">
      <div class="toolbar">
        <h1>Compare</h1>
        <${Suggested} label="First run" placeholder="Id of a run" value=${left} onChange=${(id) => update({ left: id })} />
        <${Suggested} label="Second run" placeholder="Id of a run" value=${right} onChange=${(id) => update({ right: id })} />
        ${left && right && html`<button type="button" class="button" onClick=${() => update({ left: right, right: left })}>Swap</button>`}
      </div>
      ${!left ? html`<${Empty} title="Open a run and choose Compare." />`
        : !right ? html`<${Others} key=${left} id=${left} />`
          : html`<${Both} key=${JSON.stringify([left, right])} left=${left} right=${right} />`}
    </div>
  `;
}

/** Runs of the same agent to compare with: those that succeeded first, since most people ask what is different here. */
function Others({ id }) {
  const trace = useTrace(id);
  const agent = trace.summary?.agents[0];
  const request = useMemo(() => ({ agent_instance_id: agent, limit: SEARCHED }), [agent]);
  const feed = useFeed(agent ? "/v1/traces" : null, request, "traces");
  const others = feed.items.filter((other) => other.trace_id !== id)
    .sort((a, b) => (b.status === "success") - (a.status === "success")).slice(0, SUGGESTED);
  if (trace.error) return html`<${Failed} error=${trace.error} onRetry=${trace.retry} />`;
  return html`
    <div class="state"><p class="state-title">Compare <${Name} text=${id} /> with which run?</p>
      ${others.length > 0 && html`<p>Other runs of <${Name} text=${agent} />:</p>
        <ul class="others">${others.map((other) => html`
          <li key=${other.trace_id}><a href=${href("compare", { left: id, right: other.trace_id })}><${Name} text=${other.trace_id} /></a> <${Status} status=${other.status} /></li>
        `)}</ul>`}</div>
  `;
}

function Both({ left, right }) {
  const [one, other] = [useTrace(left), useTrace(right)];
  const failed = [one, other].find(({ error, summary }) => error && !summary);
  if (failed) return html`<${Failed} error=${failed.error} onRetry=${failed.retry} />`;
  if (!one.summary || !other.summary || one.loading || other.loading) return html`<${Loading} what="the two runs" />`;
  return html`<${Table} runs=${[one, other]} ids=${[left, right]} />`;
}

function Table({ runs: [one, other], ids }) {
  const rows = useMemo(() => align(one.events, other.events), [one.events, other.events]);
  const differing = useMemo(() => rows.filter((row) => !row.left || !row.right || differences(row).length > 0), [rows]);
  const [only, setOnly] = useState(false);
  const [selected, setSelected] = useState(null);
  const compact = useNarrow();
  const shown = only ? differing : rows;
  const current = shown.find((row) => idOf(row) === selected);
  const select = (row) => setSelected(row ? idOf(row) : null);
  const next = () => {
    const index = differing.findIndex((row) => idOf(row) === selected);
    if (differing.length > 0) select(differing[(index + 1) % differing.length]);
  };
  useKeys({
    j: () => select(step(shown, idOf, selected, 1)),
    k: () => select(step(shown, idOf, selected, -1)),
    n: next,
    Escape: () => select(null),
  });
  const cut = Math.max(one.summary.total, other.summary.total) > MAX_STEPS;
  return html`
    <p class="outcome">${differing.length === 0 ? "All steps are alike." : `${plural(differing.length, "difference")} in ${plural(rows.length, "step")}.`}
      ${cut && ` Only the first ${MAX_STEPS.toLocaleString()} steps are compared.`}
      ${differing.length > 0 && html` <button type="button" class="button" title="Next difference (n)" onClick=${next}>Next</button>${" "}
        <button type="button" class="button" aria-pressed=${only} onClick=${() => setOnly(!only)}>Only differences</button>`}</p>
    <div class=${classes("split", current && "with-detail")}>
      <div class="rows">
        <${Grid} label="Steps of both runs" className="sides" items=${shown} idOf=${idOf} rowHeight=${compact ? 56 : 34} selected=${selected}
          onSelect=${select} onOpen=${(row) => select(idOf(row) === selected ? null : row)}
          header=${ids.map((id, index) => html`<span key=${index} role="columnheader"><a href=${href("trace", { id })}><${Name} text=${id} /></a>${" "}
            <${Status} status=${[one, other][index].summary.status} /></span>`)}
          row=${(row) => html`<${Side} event=${row.left} other=${row.right} differs=${differences(row).length > 0} /><${Side} event=${row.right} other=${row.left} />`} />
      </div>
      ${current && html`<${Differences} row=${current} ids=${ids} onClose=${() => select(null)} />`}
    </div>
  `;
}

/** @param differs whether to mark that it differs from the other */
function Side({ event, other, differs = false }) {
  if (!event) return html`<span role="gridcell" class="side missing muted">–</span>`;
  return html`
    <span role="gridcell" class=${classes("side", !other && "alone")} title=${`${words(event.action_type)} ${plain(event.resource)}`}>
      <${Icon} name=${event.actor} /><span class="mono w-resource"><${Name} text=${event.resource} /></span>
      ${event.status !== "success" && html`<${Status} status=${event.status} />`}
      ${!other && html`<span class="mark">only here</span>`}${differs && html`<span class="mark">differs</span>`}
      <span class="w-clock muted">${duration(event.latency_ms)}</span></span>
  `;
}

function Differences({ row, ids, onClose }) {
  const all = differences(row);
  return html`
    <aside class="detail" aria-label="Differences">
      <header><h2><span class="detail-resource"><${Name} text=${(row.left ?? row.right).resource} /></span></h2>
        <button type="button" class="icon-button" title="Close (Esc)" onClick=${onClose}><${Icon} name="close" /><span class="visually-hidden">Close</span></button></header>
      <div class="detail-body" tabindex="0" role="group" aria-label="What differs">
        ${!row.left || !row.right ? html`<p>Only in <${Name} text=${ids[row.left ? 0 : 1]} />.</p>`
          : all.length === 0 ? html`<p>Alike in status and metadata.</p>`
            : html`<table class="differences"><thead><tr><th scope="col">Member</th><th scope="col">First</th><th scope="col">Second</th></tr></thead>
              <tbody>${all.map(({ name, left, right }) => html`<tr key=${name}><th scope="row">${marked(name)}</th>
                <td class="mono">${marked(left ?? "–")}</td><td class="mono">${marked(right ?? "–")}</td></tr>`)}</tbody></table>`}
        <p class="actions">${[row.left, row.right].map((event, index) => event && html`
          <a key=${index} class="button" href=${href("trace", { id: ids[index], event: event.event_id })}>Open in the ${index === 0 ? "first" : "second"} run</a> `)}</p>
      </div>
    </aside>
  `;
}
