// What broke, and what was done, over a time range.
import { getJson } from "./api.js";
import { Breakdown } from "./breakdown.js";
import { classes, html, useEffect, useState } from "./dom.js";
import { effectiveTime } from "./eventtime.js";
import { Failures } from "./failurelist.js";
import { ACTIONS, exactly, STATUSES, withTerm } from "./filter.js";
import { ago, change, compact, count, duration, percent, plural, words } from "./format.js";
import { HealthPanel } from "./health.js";
import { Name } from "./names.js";
import { fixed, rangeOf, rangeParams } from "./range.js";
import { RangePicker } from "./rangepicker.js";
import { href, update } from "./route.js";
import { Spark } from "./spark.js";
import { Empty, Failed, Loading } from "./states.js";
import { useStats } from "./stats.js";
import { Table } from "./table.js";
import { Timeline } from "./timeline.js";

const FALLBACK = "24h";
const REFRESH_MS = 5_000;

/** The range before changes less. */
const BEFORE_REFRESH_MS = 60_000;

/** The most that the server ranks, and the part of them that a table shows at first. */
const RANKED = 100;
const SHOWN = 8;

const WITHHELD = "Not available for this key.";

/** @param limited whether the key may read only some agents: the server keeps no figures for its part of the events */
export function Overview({ params, health, limited }) {
  const now = () => rangeOf(params, FALLBACK);
  const range = now();
  const key = range.name ?? `${range.from} ${range.to}`;
  const refresh = (ms) => (range.open ? ms : 0);
  const { stats, error, loading, retry } = useStats(now, { top: RANKED }, key, refresh(REFRESH_MS));
  const { stats: before } = useStats(() => rangeBefore(now()), { top: 1 }, `before ${key}`, refresh(BEFORE_REFRESH_MS));
  const shown = params.range || params.from ? rangeParams(params) : { range: FALLBACK };
  return html`
    <div class="view overview">
      <div class="toolbar">
        <h1>Overview</h1>
        <${RangePicker} calendar range=${range} onChange=${update} />
        ${range.open && html`<span class="live-note"><span class="dot pulse" aria-hidden="true"></span> live</span>`}
      </div>
      ${error && html`<${Failed} error=${error} onRetry=${retry} />`}
      ${!stats && loading && html`<${Loading} what="figures" />`}
      ${stats && html`
        <${Tiles} stats=${stats} before=${before} range=${shown} stale=${loading} limited=${limited} />
        <${Failures} range=${now} id=${key} open=${range.open} params=${shown} />
        <section class=${loading ? "panel stale" : "panel"}>
          <h2>Events ${range.words ? `of ${range.words}` : ""}
            <span class="hint">drag over the chart to zoom</span></h2>
          ${stats.totals.events === 0
            ? html`<${Quiet} range=${range} />`
            : html`<${Timeline} stats=${stats} onZoom=${(from, to) => update(fixed(from, to))} />`}
        </section>
        <div class="columns two">
          <${Agents} stats=${stats} range=${shown} />
          <${Resources} stats=${stats} range=${shown} limited=${limited} />
        </div>
        <div class="columns">
          <${Breakdown} title="Action types" rows=${actionRows(stats.totals.by_action_type, shown)} empty="No actions." />
          <${Breakdown} title="Outcomes" rows=${statusRows(stats.totals.by_status, shown)} empty="No events." />
          <${HealthPanel} health=${health} />
        </div>
      `}
    </div>
  `;
}

function rangeBefore({ from, to }) {
  return { from: from - (to - from), to: from };
}

function Tiles({ stats, before, range, stale, limited }) {
  const { events, errors, agents, by_status: byStatus, latency_ms: latency } = stats.totals;
  const old = before?.totals;
  const rate = (totals) => (totals.events === 0 ? 0 : totals.errors / totals.events);
  return html`
    <div class=${classes("tiles", stale && "stale")}>
      <a class="tile" href=${href("events", range)}><span class="tile-name">Events</span>
        <span class="tile-value" title=${count(events)}>${events < 100_000 ? count(events) : compact(events)}</span>
        <span class="tile-note">${old && change(events, old.events)}</span>
        <${Spark} values=${stats.buckets.map((bucket) => bucket.events)} /></a>
      <a class=${errors > 0 ? "tile bad" : "tile"} href=${href("events", { ...range, query: "status:error" })}>
        <span class="tile-name">Error rate</span>
        <span class="tile-value">${percent(rate(stats.totals))}</span>
        <span class="tile-note">${plural(errors, "error")}${old && `, ${percent(rate(old))} before`}</span>
        <${Spark} kind="error" values=${stats.buckets.map((bucket) => bucket.by_status.error)} /></a>
      <a class="tile" href=${href("events", { ...range, query: "status:denied" })}><span class="tile-name">Denied</span>
        <span class="tile-value">${count(byStatus.denied)}</span>
        <span class="tile-note">${old && change(byStatus.denied, old.by_status.denied)}</span>
        <${Spark} kind="denied" values=${stats.buckets.map((bucket) => bucket.by_status.denied)} /></a>
      <div class="tile"><span class="tile-name">p95 latency</span>
        <span class="tile-value">${duration(latency?.p95)}</span>
        <span class="tile-note">${limited ? WITHHELD : `p50 ${duration(latency?.p50)}, p99 ${duration(latency?.p99)}`}</span></div>
      <a class="tile" href=${href("agents")}><span class="tile-name">Active agents</span>
        <span class="tile-value">${count(agents)}</span>
        <span class="tile-note">${old && change(agents, old.agents)}</span></a>
    </div>
  `;
}

function Agents({ stats, range }) {
  const rows = merged(stats.top_agents, stats.top_agents_by_errors, "agent_instance_id");
  const { agents } = stats.totals;
  return html`<${Ranking} title="Agents" rows=${rows} empty="No active agents."
    hint=${rows.length < agents && `the busiest and the most failing of ${plural(agents, "agent")}`}
    link=${(id) => href("agent", { id, ...range })} failed=${(id) => href("runs", { agent: id, status: "error", ...range })} />`;
}

function Resources({ stats, range, limited }) {
  const rows = merged(stats.top_resources, stats.top_resources_by_errors, "resource");
  const query = (resource, rest = "") => withTerm(rest, exactly("resource", resource));
  return html`<${Ranking} title="Resources" rows=${rows} empty=${limited ? WITHHELD : "No resources."}
    hint=${stats.resource_events < stats.totals.events && rows.length > 0 && `kept for ${count(stats.resource_events)} of ${plural(stats.totals.events, "event")}`}
    link=${(resource) => href("events", { ...range, query: query(resource) })}
    failed=${(resource) => href("events", { ...range, query: query(resource, "status:error") })} />`;
}

/** Two rankings as one list of {name, events, errors}. */
function merged(first, second, member) {
  const rows = [...first, ...second].map((row) => [row[member], { name: row[member], events: row.events, errors: row.errors }]);
  return [...new Map(rows).values()];
}

/**
 * @param link the URL of a name
 * @param failed the URL of what failed of it
 */
function Ranking({ title, rows, empty, hint, link, failed }) {
  const columns = {
    name: { label: title.slice(0, -1), by: (row) => row.name, cell: (row) => html`<a href=${link(row.name)}><${Name} text=${row.name} /></a>` },
    events: { label: "Events", by: (row) => row.events, numeric: true, cell: (row) => count(row.events) },
    errors: {
      label: "Errors", by: (row) => row.errors, numeric: true,
      cell: (row) => (row.errors > 0 ? html`<a class="errors" href=${failed(row.name)}>${count(row.errors)}</a>` : "0"),
    },
    rate: { label: "Error rate", by: (row) => row.errors / row.events, numeric: true, cell: (row) => percent(row.errors / row.events) },
  };
  return html`
    <section class="panel ranking">
      <h2>${title}${hint && html` <span class="hint">${hint}</span>`}</h2>
      ${rows.length === 0
        ? html`<p class="state small">${empty}</p>`
        : html`<${Table} label=${`Table of ${title.toLowerCase()}`} columns=${columns} rows=${rows} idOf=${(row) => row.name} first="events" least=${SHOWN} />`}
    </section>
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
