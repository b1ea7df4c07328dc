// One session: its runs and its events together.
import { getJson } from "./api.js";
import { Breakdown } from "./breakdown.js";
import { html, useEffect, useMemo, useState } from "./dom.js";
import { exactly } from "./filter.js";
import { count, dateTime, duration, percent, plural, utc } from "./format.js";
import { Name, plain } from "./names.js";
import { actionRows, resourceRows, statusRows } from "./overview.js";
import { fixed } from "./range.js";
import { go, href } from "./route.js";
import { RunList } from "./runlist.js";
import { Empty, Failed, Loading } from "./states.js";
import { useStats } from "./stats.js";
import { Timeline } from "./timeline.js";

const REFRESH_MS = 10_000;

/** The longest range of statistics. */
const MAX_SPAN_MS = 3_650 * 86_400_000;

export function Session({ params }) {
  const id = params.id ?? "";
  const { summary, error } = useSummary(id);
  if (error?.status === 404) {
    return html`<div class="view"><${Empty} title=${`No events in session “${plain(id)}”.`}>
      <a class="button" href=${href("runs")}>All runs</a><//></div>`;
  }
  if (error) return html`<div class="view"><${Failed} error=${error} /></div>`;
  if (!summary) return html`<div class="view"><${Loading} what="the session" /></div>`;
  return html`<${Known} key=${id} id=${id} summary=${summary} />`;
}

/** Asks again and again: a session may go on. */
function useSummary(id) {
  const [known, setKnown] = useState({ id });
  useEffect(() => {
    const controller = new AbortController();
    let timer;
    const ask = async () => {
      try {
        const { summary } = await getJson("/v1/sessions", { session_id: id, limit: 1 }, { signal: controller.signal });
        setKnown((old) => (old.id === id && old.summary?.total === summary.total ? old : { id, summary }));
      } catch (error) {
        if (error.name === "AbortError") return;
        setKnown((old) => (old.id === id && old.summary ? old : { id, error }));
      }
      timer = setTimeout(ask, document.hidden ? REFRESH_MS * 4 : REFRESH_MS);
    };
    ask();
    return () => {
      controller.abort();
      clearTimeout(timer);
    };
  }, [id]);
  return known.id === id ? known : {};
}

function Known({ id, summary }) {
  const { agents, start, end, total, by_status: byStatus, complete } = summary;
  const query = exactly("session", id);
  const request = useMemo(() => ({ session_id: id }), [id]);
  const last = Date.parse(end) + 1;
  const span = { from: Math.max(Date.parse(start), last - MAX_SPAN_MS), to: last };
  const { stats, error, retry } = useStats(() => span, { session_id: id }, `${id} ${total}`, 0);
  return html`
    <div class="view agent session">
      <div class="toolbar">
        <h1><span class="muted">Session</span> <${Name} text=${id} /></h1>
        <a class="button" href=${href("events", { query })}>Show events</a>
        <a class="button" href=${href("runs", { session: id })}>Runs as a table</a>
      </div>
      <div class="tiles">
        <div class="tile"><span class="tile-name">Events</span><span class="tile-value">${count(total)}${complete ? "" : " or more"}</span></div>
        <div class=${byStatus.error > 0 ? "tile bad" : "tile"}><span class="tile-name">Error rate</span>
          <span class="tile-value">${percent(byStatus.error / total)}</span>
          <span class="tile-note">${plural(byStatus.error, "error")}, ${count(byStatus.denied)} denied</span></div>
        <div class="tile"><span class="tile-name">Lasted</span>
          <span class="tile-value">${duration(Date.parse(end) - Date.parse(start))}</span>
          <span class="tile-note" title=${utc(start)}>since ${dateTime(start).replace(/\.\d+$/, "")}</span></div>
        <div class="tile"><span class="tile-name">${agents.length === 1 ? "Agent" : "Agents"}</span>
          <span class="tile-names">${agents.slice(0, 5).map((agent, index) => html`${index > 0 && ", "}<a key=${agent} href=${href("agent", { id: agent })}><${Name} text=${agent} /></a>`)}${agents.length > 5 && ` and ${agents.length - 5} more`}</span></div>
      </div>
      ${error && html`<${Failed} error=${error} onRetry=${retry} />`}
      ${stats && html`
        <section class="panel">
          <h2>Events <span class="hint">${stats.complete ? "drag over the chart to see them"
            : `since ${dateTime(stats.counted_from)}; older ones are not counted`}</span></h2>
          <${Timeline} stats=${stats} onZoom=${(from, to) => go("events", { query, ...fixed(from, to) })} />
        </section>
      `}
      <div class="columns">
        <${RunList} request=${request} empty="No runs." version=${total} />
        ${stats && html`
          <${Breakdown} title="On behalf of" rows=${principalRows(stats.top_on_behalf_of, query)} empty="Nobody is named." />
          <${Breakdown} title="Top resources" rows=${resourceRows(stats.top_resources, {}, query)} empty="No resources." />
          <${Breakdown} title="Action types" rows=${actionRows(stats.totals.by_action_type, {}, query)} empty="No actions." />
          <${Breakdown} title="Outcomes" rows=${statusRows(stats.totals.by_status, {}, query)} empty="No events." />
        `}
      </div>
    </div>
  `;
}

function principalRows(principals, query) {
  return principals.map(({ on_behalf_of: name, events, errors }) => ({
    name, events, errors, href: href("events", { query: `${query} ${exactly("for", name)}` }),
  }));
}
