// The runs of agents, the one that began last first: how each ended, and what failed in it first.
import { Status } from "./detail.js";
import { classes, html, useEffect, useMemo, useNarrow, useRef, useState } from "./dom.js";
import { useFeed } from "./feed.js";
import { clock, count, date, duration, plural, utc, words } from "./format.js";
import { useKeys } from "./keys.js";
import { Grid, step } from "./list.js";
import { Name, plain } from "./names.js";
import { bounds, rangeOf } from "./range.js";
import { RangePicker } from "./rangepicker.js";
import { useReasons } from "./reasons.js";
import { go, href, update } from "./route.js";
import { Empty, Failed, Loading } from "./states.js";
import { agentIds, Suggested } from "./suggested.js";

const PAGE = 100;
const REFRESH_MS = 5_000;
const idOf = (run) => run.trace_id;

const OUTCOMES = [
  ["", "All"],
  ["error", "Failed"],
  ["denied", "Denied"],
  ["pending", "Pending"],
  ["success", "Succeeded"],
];

/** What runs can be sorted by, the largest first. The server lists them by their beginning only. */
const SORTS = {
  __proto__: null,
  took: { label: "Took", by: (run) => run.duration_ms },
  events: { label: "Events", by: (run) => run.total },
  errors: { label: "Errors", by: (run) => run.by_status.error },
  denied: { label: "Denied", by: (run) => run.by_status.denied },
};

/** How runs are called by the worst of their events. */
const OUTCOME = { __proto__: null, error: "failed", denied: "denied", pending: "pending", success: "succeeded" };

export function Runs({ params }) {
  const range = useMemo(() => rangeOf(params, null), [params.range, params.from, params.to]);
  // An open range has no end, so that it includes new runs.
  const request = useMemo(() => ({
    status: params.status, agent_instance_id: params.agent, session_id: params.session,
    ...bounds(range), ...(range?.open ? { to: undefined } : {}), limit: PAGE,
  }), [params.status, params.agent, params.session, range]);
  const feed = useFeed("/v1/traces", request, "traces");
  const [pointed, point] = useState(false);
  const atTop = useRef(true);
  useRefresh(feed, () => !pointed && atTop.current && (range === null || range.open));
  const reasons = useReasons(feed.items);
  const sort = SORTS[params.sort];
  const runs = useMemo(() => (sort ? [...feed.items].sort((a, b) => sort.by(b) - sort.by(a)) : feed.items), [feed.items, sort]);
  const compact = useNarrow();
  const [selected, select] = useState(null);
  const open = (run) => go("trace", { id: run.trace_id, event: run.first_problem?.event_id });
  useKeys({
    j: () => select(idOf(step(runs, idOf, selected, 1) ?? {})),
    k: () => select(idOf(step(runs, idOf, selected, -1) ?? {})),
    Escape: () => select(null),
  });
  const filtered = Boolean(params.status || params.agent || params.session);
  return html`
    <div class="view runs">
      <div class="toolbar">
        <h1>Runs</h1>
        <div class="ranges" role="group" aria-label="Outcome">
          ${OUTCOMES.map(([status, label]) => html`
            <button key=${status} type="button" class="range" aria-pressed=${(params.status ?? "") === status}
              onClick=${() => update({ status })}>${label}</button>
          `)}
        </div>
        <${Suggested} label="Agent" placeholder="Any agent" value=${params.agent} suggest=${agentIds} onChange=${(agent) => update({ agent })} />
        <${Suggested} label="Session" placeholder="Any session" value=${params.session} onChange=${(session) => update({ session })} />
        ${params.session && html`<a class="button" href=${href("sessions", { id: params.session })} title="The runs and events of this session together">Session</a>`}
        <${RangePicker} anyTime range=${range} onChange=${update} />
        ${(range === null || range.open) && html`<span class="live-note"><span class="dot pulse" aria-hidden="true"></span> live</span>`}
      </div>
      <div class="rows" onPointerOver=${(event) => point(event.pointerType === "mouse" && event.target.closest(".grid-body .grid-row") !== null)}
        onPointerLeave=${() => point(false)}>
        ${feed.error && html`<${Failed} error=${feed.error} onRetry=${feed.retry} />`}
        ${feed.items.length > 0 ? html`
          <${Grid} label=${sort ? `Runs by ${sort.label.toLowerCase()}` : "Runs, the one that began last first"} className=${compact ? "run-cards" : "run-table"} items=${runs} idOf=${idOf}
            rowHeight=${compact ? 96 : 52} selected=${selected} onSelect=${(run) => select(idOf(run))} onOpen=${open} onEnd=${sort ? undefined : feed.more}
            onScroll=${(top) => { atTop.current = top; }}
            header=${compact ? html`<span role="columnheader">Runs</span>` : html`<${Header} sort=${params.sort} />`}
            row=${(run) => (compact ? html`<${Card} run=${run} reasons=${reasons} />` : html`<${Cells} run=${run} reasons=${reasons} />`)} />
          <p class="count" role="status">${!feed.cursor ? plural(runs.length, "run") : !sort ? `${plural(runs.length, "run")} so far; scroll for more`
            : html`Only the newest ${plural(runs.length, "run")} are sorted. <button type="button" class="link" disabled=${feed.loading} onClick=${feed.more}>Sort more</button>`}</p>
        ` : feed.loading ? html`<${Loading} what="runs" />`
          : !feed.error && html`<${Nothing} filtered=${filtered} range=${range} />`}
      </div>
    </div>
  `;
}

/** Loads the first page again every few seconds, unless the user is further down or points at a row. */
function useRefresh(feed, mayMove) {
  const latest = useRef(null);
  latest.current = { feed, mayMove };
  useEffect(() => {
    const timer = setInterval(() => {
      const { feed: shown, mayMove: may } = latest.current;
      if (!document.hidden && !shown.loading && !shown.error && may() && shown.items.length <= PAGE) shown.reload({ quiet: true });
    }, REFRESH_MS);
    return () => clearInterval(timer);
  }, []);
}

function Header({ sort }) {
  const sorted = (name, label, kind) => html`
    <span key=${label} role="columnheader" class=${kind} aria-sort=${(sort ?? null) === name ? "descending" : "none"}>
      <button type="button" class="sort" onClick=${() => update({ sort: name })}>${label}<span aria-hidden="true">${(sort ?? null) === name ? " ↓" : ""}</span></button></span>
  `;
  return html`
    <span role="columnheader">Outcome</span><span role="columnheader">Run</span><span role="columnheader">What failed first</span>
    ${sorted(null, "Began", "r-time")}${Object.entries(SORTS).map(([name, { label }]) => sorted(name, label, "r-number"))}
  `;
}

function Cells({ run, reasons }) {
  const { by_status: byStatus, start } = run;
  return html`
    <span role="gridcell" class="r-outcome"><${Outcome} run=${run} /></span>
    <span role="gridcell" class="r-run" title=${plain(run.trace_id)}><a href=${href("trace", { id: run.trace_id, event: run.first_problem?.event_id })}
      tabindex="-1"><${Name} text=${run.trace_id} /></a><span class="second muted">${agents(run)}</span></span>
    <span role="gridcell" class="r-problem"><${Problem} run=${run} reasons=${reasons} /></span>
    <span role="gridcell" class="r-time" title=${utc(start)}><span class="muted">${date(start)}</span> ${clock(start).slice(0, 8)}</span>
    <span role="gridcell" class="r-number">${duration(run.duration_ms)}</span>
    <span role="gridcell" class="r-number">${count(run.total)}${run.complete ? "" : "+"}</span>
    <span role="gridcell" class=${classes("r-number", byStatus.error > 0 ? "errors" : "muted")}>${count(byStatus.error)}</span>
    <span role="gridcell" class=${classes("r-number", byStatus.denied > 0 ? "denied" : "muted")}>${count(byStatus.denied)}</span>
  `;
}

function Card({ run, reasons }) {
  const { by_status: byStatus, start } = run;
  return html`
    <span role="gridcell" class="card">
      <span class="card-line"><${Outcome} run=${run} /> <span class="muted">${date(start)} ${clock(start).slice(0, 8)}, ${duration(run.duration_ms)}</span></span>
      <span class="card-line"><span class="card-agent"><${Name} text=${run.trace_id} /></span></span>
      <span class="card-line r-problem"><${Problem} run=${run} reasons=${reasons} inline=${true} /></span>
      <span class="card-line muted"><span class="card-agent">${agents(run)}</span><span>${plural(run.total, "event")}${
        byStatus.error > 0 && html`, <span class="errors">${plural(byStatus.error, "error")}</span>`}${
        byStatus.denied > 0 && html`, <span class="denied">${count(byStatus.denied)} denied</span>`}</span></span>
    </span>
  `;
}

function Outcome({ run }) {
  return html`<${Status} status=${run.status} label=${OUTCOME[run.status]} />`;
}

function agents({ agents: all, session_id: session }) {
  const named = all.slice(0, 3).map((agent, index) => html`${index > 0 && ", "}<${Name} text=${agent} />`);
  return html`${named}${all.length > 3 && ` and ${all.length - 3} more`}${session && html` · <${Name} text=${session} />`}`;
}

/** The first step that failed, and the first line of what it says. */
function Problem({ run, reasons, inline = false }) {
  const problem = run.first_problem;
  if (!problem) return null;
  const [line] = (reasons.get(problem.event_id) ?? "").split("\n");
  const step = html`<span class="mono" title=${`${words(problem.action_type)} ${plain(problem.resource)}`}><${Name} text=${problem.resource} /></span>`;
  return inline
    ? html`<span class="card-agent">${step} ${line && html`<span class="muted"><${Name} text=${line} /></span>`}</span>`
    : html`${step}${line && html`<span class="second" title=${plain(line)}><${Name} text=${line} /></span>`}`;
}

function Nothing({ filtered, range }) {
  return html`
    <${Empty} title=${range ? "No runs began in this time range." : "No runs match."}>
      <p>
        ${filtered && html`<button type="button" class="button" onClick=${() => update({ status: null, agent: null, session: null })}>Remove the filters</button> `}
        ${range && html`<button type="button" class="button" onClick=${() => update({ range: null, from: null, to: null })}>Show any time</button>`}
      </p>
    <//>
  `;
}
