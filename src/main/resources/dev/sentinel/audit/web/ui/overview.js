// Activity, errors, top agents and top resources over a time range.
import { getJson } from "./api.js";
import { Breakdown } from "./breakdown.js";
import { classes, html, useEffect, useState } from "./dom.js";
import { effectiveTime } from "./eventtime.js";
import { ACTIONS, exactly, STATUSES, withTerm } from "./filter.js";
import { ago, compact, count, duration, percent, words } from "./format.js";
import { HealthPanel } from "./health.js";
import { fixed, rangeOf } from "./range.js";
import { RangePicker } from "./rangepicker.js";
import { href, update } from "./route.js";
import { Empty, Failed, Loading } from "./states.js";
import { useStats } from "./stats.js";
import { Timeline } from "./timeline.js";

const FALLBACK = "24h";
const REFRESH_MS = 5_000;
const WITHHELD = "Not available for this key.";

/** @param limited whether the key may read only some agents: the server keeps no figures for its part of the events */
export function Overview({ params, health, limited }) {
  const range = rangeOf(params, FALLBACK);
  const key = range.name ?? `${range.from} ${range.to}`;
  const { stats, error, loading, retry } = useStats(
    () => rangeOf(params, FALLBACK), {}, key, range.open ? REFRESH_MS : 0);
  const shown = range.name ? { range: range.name } : { from: params.from, to: params.to };
  return html`
    <div class="view overview">
      <div class="toolbar">
        <h1>Overview</h1>
        <${RangePicker} range=${range} onChange=${update} />
        ${range.open && html`<span class="live-note"><span class="dot pulse" aria-hidden="true"></span> live</span>`}
      </div>
      ${error && html`<${Failed} error=${error} onRetry=${retry} />`}
      ${!stats && loading && html`<${Loading} what="figures" />`}
      ${stats && html`
        <${Tiles} totals=${stats.totals} range=${shown} stale=${loading} limited=${limited} />
        <section class=${loading ? "panel stale" : "panel"}>
          <h2>Events ${range.words ? `of ${range.words}` : ""}
            <span class="hint">drag over the chart to zoom</span></h2>
          ${stats.totals.events === 0
            ? html`<${Quiet} range=${range} />`
            : html`<${Timeline} stats=${stats} onZoom=${(from, to) => update(fixed(from, to))} />`}
        </section>
        <div class="columns">
          <${Breakdown} title="Top agents" rows=${agentRows(stats.top_agents, shown)} empty="No active agents." />
          <${Breakdown} title="Top resources" rows=${resourceRows(stats.top_resources, shown)} empty=${limited ? WITHHELD : "No resources."} />
          <${Breakdown} title="Action types" rows=${actionRows(stats.totals.by_action_type, shown)} empty="No actions." />
          <${Breakdown} title="Agents with most errors" rows=${agentRows(stats.top_agents_by_errors, shown)} empty="No errors." />
          <${Breakdown} title="Resources with most errors" rows=${resourceRows(stats.top_resources_by_errors, shown, "status:error")} empty=${limited ? WITHHELD : "No errors."} />
          <${Breakdown} title="Outcomes" rows=${statusRows(stats.totals.by_status, shown)} empty="No events." />
          <${HealthPanel} health=${health} />
        </div>
      `}
    </div>
  `;
}

function Tiles({ totals, range, stale, limited }) {
  const { events, errors, agents, latency_ms: latency } = totals;
  return html`
    <div class=${classes("tiles", stale && "stale")}>
      <a class="tile" href=${href("events", range)}><span class="tile-name">Events</span>
        <span class="tile-value" title=${count(events)}>${events < 100_000 ? count(events) : compact(events)}</span></a>
      <a class=${errors > 0 ? "tile bad" : "tile"} href=${href("events", { ...range, query: "status:error" })}>
        <span class="tile-name">Error rate</span>
        <span class="tile-value">${percent(events === 0 ? 0 : errors / events)}</span>
        <span class="tile-note">${count(errors)} errors, ${count(totals.by_status.denied)} denied</span></a>
      <div class="tile"><span class="tile-name">p95 latency</span>
        <span class="tile-value">${duration(latency?.p95)}</span>
        <span class="tile-note">${limited ? WITHHELD : `p50 ${duration(latency?.p50)}, p99 ${duration(latency?.p99)}`}</span></div>
      <a class="tile" href=${href("agents")}><span class="tile-name">Active agents</span>
        <span class="tile-value">${count(agents)}</span></a>
    </div>
  `;
}

/** Shown if the range has no events; points to the newest event, if there is one. */
function Quiet({ range }) {
  const [newest, setNewest] = useState(null);
  useEffect(() => {
    getJson("/v1/events", { limit: 1 }).then((answer) => setNewest(answer.events[0] ?? null), () => {});
  }, [range.name]);
  if (!newest) return html`<${Empty} title="No events in this time range." />`;
  const at = effectiveTime(newest);
  const around = fixed(at - 24 * 3_600_000, at + 60_000);
  return html`
    <${Empty} title="No events in this time range.">
      <p>The newest event is from ${ago(at)}.</p>
      <button type="button" class="button primary" onClick=${() => update(around)}>Show the 24 hours before it</button>
    <//>
  `;
}

export function agentRows(agents, range) {
  return agents.map(({ agent_instance_id: id, events, errors }) => ({
    name: id, events, errors, href: href("agent", { id, ...range }),
  }));
}

export function resourceRows(resources, range, query = "") {
  return resources.map(({ resource, events, errors }) => ({
    name: resource,
    events,
    errors,
    href: href("events", { ...range, query: withTerm(query, exactly("resource", resource)) }),
  }));
}

export function actionRows(byAction, range, query = "") {
  return ACTIONS.filter((action) => byAction[action] > 0)
    .sort((a, b) => byAction[b] - byAction[a])
    .map((action) => ({
      name: action,
      label: words(action),
      events: byAction[action],
      errors: null,
      href: href("events", { ...range, query: withTerm(query, exactly("action", action)) }),
    }));
}

export function statusRows(byStatus, range, query = "") {
  return STATUSES.filter((status) => byStatus[status] > 0)
    .sort((a, b) => byStatus[b] - byStatus[a])
    .map((status) => ({
      name: status,
      status,
      events: byStatus[status],
      errors: null,
      href: href("events", { ...range, query: withTerm(query, exactly("status", status)) }),
    }));
}
