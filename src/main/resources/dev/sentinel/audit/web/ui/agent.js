// One agent: its activity, its runs and its top resources.
import { getJson } from "./api.js";
import { Breakdown } from "./breakdown.js";
import { html, useEffect, useMemo, useState } from "./dom.js";
import { exactly } from "./filter.js";
import { ago, count, percent, plural, utc } from "./format.js";
import { Name, plain } from "./names.js";
import { bounds, fixed, rangeOf } from "./range.js";
import { RangePicker } from "./rangepicker.js";
import { href, update } from "./route.js";
import { RunList } from "./runlist.js";
import { actionRows, resourceRows, statusRows } from "./overview.js";
import { Empty, Failed, Loading } from "./states.js";
import { useStats } from "./stats.js";
import { Timeline } from "./timeline.js";

const REFRESH_MS = 5_000;
const MINUTE_MS = 60_000;

/** The bounds of a statistics query: ten years, not before the year 1. */
const MAX_SPAN_MS = 3_650 * 1_440 * MINUTE_MS;
const FIRST_MS = Date.parse("0001-01-01T00:00:00Z");

export function Agent({ params }) {
  const id = params.id ?? "";
  const range = useMemo(() => rangeOf(params, null), [params.range, params.from, params.to]);
  const { life, error } = useLife(id, range?.open ? REFRESH_MS : 0);
  if (error) return html`<div class="view"><${Failed} error=${error} /></div>`;
  if (life === undefined) return html`<div class="view"><${Loading} what="the agent" /></div>`;
  if (life === null) {
    return html`<div class="view"><${Empty} title=${`No events from agent “${plain(id)}”.`}>
      <a class="button" href=${href("agents")}>All agents</a><//></div>`;
  }
  return html`<${Known} key=${id} id=${id} life=${life} range=${range} params=${params} />`;
}

function Known({ id, life, range, params }) {
  // The agent's whole lifetime, as far as the server counts it, unless a range is chosen.
  const from = Math.max(Math.floor(life.from / MINUTE_MS) * MINUTE_MS, life.to - MAX_SPAN_MS, FIRST_MS);
  const whole = { from, to: Math.max(life.to, from) + MINUTE_MS };
  const ranged = () => rangeOf(params, null) ?? whole;
  const key = `${id} ${range ? (range.name ?? `${range.from} ${range.to}`) : `${whole.from} ${whole.to}`}`;
  const { stats, error, retry } = useStats(ranged, { agent_instance_id: id }, key, range?.open ? REFRESH_MS : 0);
  const query = exactly("agent", id);
  const shown = range?.name ? { range: range.name } : range ? { from: params.from, to: params.to } : {};
  return html`
    <div class="view agent">
      <div class="toolbar">
        <h1><span class="muted">Agent</span> <${Name} text=${id} /></h1>
        <${RangePicker} anyTime range=${range} onChange=${update} />
        <a class="button" href=${href("events", { ...shown, query })}>Show events</a>
        <a class="button" href=${href("events", { query, live: true })}>Follow live</a>
      </div>
      ${error && html`<${Failed} error=${error} onRetry=${retry} />`}
      ${stats && html`
        <div class="tiles">
          <div class="tile"><span class="tile-name">Events</span><span class="tile-value">${count(stats.totals.events)}</span></div>
          <div class=${stats.totals.errors > 0 ? "tile bad" : "tile"}><span class="tile-name">Error rate</span>
            <span class="tile-value">${percent(stats.totals.events === 0 ? 0 : stats.totals.errors / stats.totals.events)}</span>
            <span class="tile-note">${count(stats.totals.errors)} errors, ${count(stats.totals.by_status.denied)} denied</span></div>
          <div class="tile"><span class="tile-name">Last seen</span>
            <span class="tile-value" title=${utc(life.to)}>${ago(life.to)}</span></div>
        </div>
        <section class="panel">
          <h2>Events <span class="hint">drag over the chart to zoom</span></h2>
          ${stats.totals.events === 0
            ? html`<${Empty} title="No events in this time range." />`
            : html`<${Timeline} stats=${stats} onZoom=${(from, to) => update(fixed(from, to))} />`}
        </section>
        <div class="columns">
          <${Runs} id=${id} range=${range} />
          <${Breakdown} title="Top resources" rows=${resourceRows(stats.top_resources, shown, query)} empty="No resources."
            hint=${stats.resource_events < stats.totals.events && `of its newest ${plural(stats.resource_events, "event")}`} />
          <${Breakdown} title="Action types" rows=${actionRows(stats.totals.by_action_type, shown, query)} empty="No actions." />
          <${Breakdown} title="Outcomes" rows=${statusRows(stats.totals.by_status, shown, query)} empty="No events." />
        </div>
      `}
    </div>
  `;
}

/** When an agent was first and last active: undefined while loading, null if it has no events.
 *
 * @param refreshMs the interval between requests; 0 for a single request
 */
function useLife(id, refreshMs) {
  const [state, setState] = useState({});
  useEffect(() => {
    const controller = new AbortController();
    let timer;
    const ask = async () => {
      try {
        // Sorted by id, so the exact id comes first among those with this prefix.
        const { agents } = await getJson("/v1/agents", { prefix: id, limit: 1 }, { signal: controller.signal });
        const life = agents[0]?.agent_instance_id === id
          ? { from: Date.parse(agents[0].first_seen) || Date.now(), to: Date.parse(agents[0].last_seen) || Date.now() }
          : null;
        setState({ id, life });
      } catch (error) {
        if (error.name === "AbortError") return;
        setState((old) => (old.id === id && old.life ? old : { id, error }));
      }
      if (refreshMs > 0) timer = setTimeout(ask, document.hidden ? refreshMs * 4 : refreshMs);
    };
    ask();
    return () => {
      controller.abort();
      clearTimeout(timer);
    };
  }, [id, refreshMs]);
  return state.id === id ? state : {};
}

/** The runs that the agent took part in, the newest first. */
function Runs({ id, range }) {
  const request = useMemo(() => ({ agent_instance_id: id, ...bounds(range) }), [id, range?.name, range?.from]);
  return html`<${RunList} request=${request} empty="No runs that began in this time range." />`;
}
