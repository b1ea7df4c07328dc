// The list of events: filtered, unlimited, optionally live. The whole state is in the URL.
import { getJson, url } from "./api.js";
import { Detail, Status } from "./detail.js";
import { classes, html, useCallback, useEffect, useMemo, useNarrow, useRef, useState } from "./dom.js";
import { ClockMark } from "./eventtime.js";
import { useFeed } from "./feed.js";
import { withTerm } from "./filter.js";
import { clock, count, date, dateTime, duration, plural, utc, words } from "./format.js";
import { Icon } from "./icons.js";
import { useKeys } from "./keys.js";
import { Grid, step } from "./list.js";
import { Mistake, mistakeOf } from "./mistake.js";
import { QueryBar } from "./querybar.js";
import { bounds, rangeOf } from "./range.js";
import { RangePicker } from "./rangepicker.js";
import { go, href, update } from "./route.js";
import { Empty, Failed, Loading } from "./states.js";
import { useTail } from "./tail.js";

const PAGE = 200;
const MAX_LIVE_ROWS = 5_000;
const idOf = (event) => event.event_id;

export function Events({ params, health, signedIn }) {
  const live = params.live === "1";
  const line = params.query ?? "";
  const range = useMemo(() => rangeOf(params, null), [params.range, params.from, params.to]);
  const filters = useMemo(() => ({ filter: line.trim() || undefined }), [line]);
  // A relative range starts where it did when the view was opened. It has no end, so that it includes new events.
  const shown = useMemo(() => ({
    ...filters, ...bounds(range), ...(range?.name ? { to: undefined } : {}),
  }), [filters, range]);
  const request = useMemo(() => ({ ...shown, limit: PAGE }), [shown]);
  const reload = useRef(null);
  const tail = useLiveRows(live, filters, () => reload.current());
  // The stream starts before the first page is loaded. Otherwise, events that arrive in between would be missing.
  const ready = !live || tail.state === "live" || tail.state === "lost" || tail.state === "refused";
  const feed = useFeed(ready ? "/v1/events" : null, request, "events");
  reload.current = feed.reload;
  const mistake = mistakeOf(feed.error, line);
  const items = useMemo(() => merge(tail.rows, feed.items), [tail.rows, feed.items]);
  const compact = useNarrow();
  const selected = params.event ?? null;
  const known = items.find((event) => idOf(event) === selected);
  const event = useEvent(selected, known);

  const select = (item) => update({ event: item && idOf(item) }, { replace: true });
  const open = (item) => update({ event: idOf(item) === selected ? null : idOf(item) }, { replace: true });
  const search = (query) => update({ query, event: null });
  const filter = (term) => update({ query: withTerm(line, term) });
  const toggleLive = () => update(live ? { live: null } : { live: true, range: null, from: null, to: null });
  useKeys({
    j: () => select(step(items, idOf, selected, 1)),
    k: () => select(step(items, idOf, selected, -1)),
    l: toggleLive,
    p: () => live && tail.togglePause(),
    t: () => event && go("trace", { id: event.trace_id, event: idOf(event) }),
    Escape: () => select(null),
  });
  return html`
    <div class=${classes("view", "events", event && "with-detail")}>
      <div class="toolbar">
        <h1 class="visually-hidden">Events</h1>
        <${QueryBar} line=${line} mistake=${mistake} onChange=${search} onEvent=${(id) => update({ event: id })} />
        <${RangePicker} anyTime range=${range} onChange=${(changes) => update({ ...changes, live: null })} />
        <button type="button" class="button toggle" aria-pressed=${live} title="Follow live (l)" onClick=${toggleLive}>
          <span class=${classes("dot", live && !tail.paused && "pulse")} aria-hidden="true"></span> Live</button>
        ${live && html`<button type="button" class="button" title="Pause (p)" aria-pressed=${tail.paused} onClick=${tail.togglePause}>
          <${Icon} name=${tail.paused ? "play" : "pause"} /> ${tail.paused ? "Resume" : "Pause"}</button>`}
        <${Export} shown=${shown} blocked=${mistake !== null} />
      </div>
      <div class="split">
        <div class="rows">
          ${live && !mistake && html`<${LiveLine} tail=${tail} />`}
          ${mistake ? html`<${Mistake} line=${line} mistake=${mistake} onChange=${search} />`
            : feed.error && html`<${Failed} error=${feed.error} onRetry=${feed.retry} />`}
          ${mistake ? null : items.length > 0 || live ? html`
            <${Grid} label="Events, newest first" className=${compact ? "cards" : "table"} items=${items} idOf=${idOf}
              rowHeight=${compact ? 58 : 34} selected=${selected} onSelect=${select} onOpen=${open} onEnd=${tail.full ? undefined : feed.more}
              onScroll=${tail.atTop} header=${compact ? html`<span role="columnheader">Events</span>` : html`<${Header} />`}
              row=${(item) => (compact ? html`<${Card} event=${item} />` : html`<${Cells} event=${item} />`)} />
            <p class="count" role="status">${tail.full ? `The newest ${plural(items.length, "event")}` : html`${plural(items.length, "event")}<${Rest} feed=${feed} />`}</p>
          ` : feed.searchedTo ? html`<p class="state" role="status">Nothing found<${Rest} feed=${feed} /></p>`
            : feed.loading ? html`<${Loading} what="events" />`
              : !feed.error && html`<${Nothing} line=${line} range=${range} />`}
        </div>
        ${event && html`<${Detail} event=${event} health=${health} signedIn=${signedIn} onClose=${() => select(null)} onFilter=${filter} />`}
      </div>
    </div>
  `;
}

/** Rows that have arrived since the view became live. If the list is scrolled down or paused, they wait, so that the visible rows do not move.
 */
function useLiveRows(live, filters, onRestart) {
  const [rows, setRows] = useState([]);
  const [held, setHeld] = useState([]);
  const [missed, setMissed] = useState(0);
  const [paused, setPaused] = useState(false);
  const top = useRef(true);
  const key = JSON.stringify(filters);

  useEffect(() => {
    setRows([]);
    setHeld([]);
    setMissed(0);
    setPaused(false);
    // The list is empty, so it is at its top.
    top.current = true;
  }, [live, key]);

  const state = useTail(live, filters, (events, left) => {
    setMissed((old) => old + left);
    if (top.current && !paused) setRows((old) => events.concat(old).slice(0, MAX_LIVE_ROWS));
    else setHeld((old) => events.concat(old).slice(0, MAX_LIVE_ROWS));
  }, onRestart);
  const release = useCallback(() => {
    setHeld((waiting) => {
      if (waiting.length > 0) setRows((old) => waiting.concat(old).slice(0, MAX_LIVE_ROWS));
      return [];
    });
  }, []);
  return {
    rows,
    full: rows.length === MAX_LIVE_ROWS,
    waiting: held.length,
    missed,
    paused,
    state,
    release,
    atTop: (at) => {
      top.current = at;
      if (at && !paused) release();
    },
    togglePause: () => {
      if (paused) release();
      setPaused(!paused);
    },
  };
}

/** Events that are both live and on a page are shown once. If live rows were dropped, no older rows may follow. */
function merge(liveRows, pages) {
  if (liveRows.length === 0) return pages;
  if (liveRows.length === MAX_LIVE_ROWS) return liveRows;
  const seen = new Set(liveRows.map(idOf));
  return liveRows.concat(pages.filter((event) => !seen.has(idOf(event))));
}

/** What follows the events that were found: more of them, or a search that goes on through events that do not match. */
function Rest({ feed }) {
  const { cursor, loading, searchedTo } = feed;
  if (!cursor) return null;
  if (!searchedTo) return " so far; scroll for more";
  const reached = html`back to <time datetime=${searchedTo} title=${utc(searchedTo)}>${dateTime(searchedTo)}</time>`;
  return loading
    ? html` so far. <span class="spinner" aria-hidden="true"></span> Searched ${reached} … <button type="button" class="link" onClick=${feed.stop}>Stop</button>`
    : html` so far, searched ${reached}. <button type="button" class="link" onClick=${feed.more}>Search further back</button>`;
}

function LiveLine({ tail }) {
  const words = {
    connecting: "Connecting …",
    live: tail.paused ? "Paused" : "Live",
    lost: "Connection lost; reconnecting …",
    refused: "Too many texts to follow live. Filter by at most three texts, members of metadata or *.",
  }[tail.state];
  return html`
    <p class="live-line" role="status">
      <span>${words}</span>
      ${tail.waiting > 0 && html`<button type="button" class="link" onClick=${() => {
        document.querySelector(".rows .grid")?.scrollTo({ top: 0 });
        if (tail.paused) tail.togglePause();
        else tail.release();
      }}>${tail.waiting === MAX_LIVE_ROWS ? `${count(MAX_LIVE_ROWS)} new events and more` : plural(tail.waiting, "new event")}</button>`}
      ${tail.missed > 0 && html`<span class="muted">${plural(tail.missed, "event")} not shown because they arrived too fast. All events are stored.</span>`}
    </p>
  `;
}

function Header() {
  return ["Time", "Status", "Agent", "Action", "Resource", "Latency", "Trace"].map((name) => html`
    <span key=${name} role="columnheader" class=${`c-${name.toLowerCase()}`}>${name}</span>
  `);
}

export function Cells({ event }) {
  return html`
    <span role="gridcell" class="c-time" title=${utc(event.timestamp)}><${ClockMark} event=${event} /> <span class="muted">${date(event.timestamp)}</span> ${clock(event.timestamp)}</span>
    <span role="gridcell" class="c-status"><${Status} status=${event.status} /></span>
    <span role="gridcell" class="c-agent" title=${event.agent_instance_id}>${event.agent_instance_id}</span>
    <span role="gridcell" class="c-action"><${Icon} name=${event.actor} /><span class="visually-hidden">${event.actor}: </span> ${words(event.action_type)}</span>
    <span role="gridcell" class="c-resource mono" title=${event.resource}>${event.resource}</span>
    <span role="gridcell" class="c-latency">${duration(event.latency_ms)}</span>
    <span role="gridcell" class="c-trace muted" title=${event.trace_id}>${event.trace_id}</span>
  `;
}

export function Card({ event }) {
  return html`
    <span role="gridcell" class="card">
      <span class="card-line"><span class="card-resource mono">${event.resource}</span> <${Status} status=${event.status} /></span>
      <span class="card-line muted"><span class="card-agent">${event.agent_instance_id}</span>
        <span title=${utc(event.timestamp)}><${ClockMark} event=${event} /> ${date(event.timestamp)} ${clock(event.timestamp)}</span></span>
    </span>
  `;
}

/** @param blocked whether the filter is wrong: a file of something else must not look like an answer */
function Export({ shown, blocked }) {
  if (blocked) return html`<span class="export"><${Icon} name="download" /> NDJSON CSV<span class="visually-hidden">: not while the filter is wrong</span></span>`;
  const target = (format) => url("/v1/events/export", { ...shown, format });
  return html`
    <span class="export">
      <${Icon} name="download" />
      <a href=${target("ndjson")} download title="All matching events, one per line">NDJSON</a>
      <a href=${target("csv")} download title="All matching events as a table">CSV</a>
    </span>
  `;
}

function Nothing({ line, range }) {
  return html`
    <${Empty} title="No events match.">
      <p>
        ${line && html`<button type="button" class="button" onClick=${() => update({ query: null })}>Remove the filters</button> `}
        ${range && html`<button type="button" class="button" onClick=${() => update({ range: null, from: null, to: null })}>Search any time</button>`}
        ${!line && !range && html`<a class="button" href=${href("overview")}>Send the first event</a>`}
      </p>
    <//>
  `;
}

/** The event with this id. It is loaded if it is not among the rows, for example after opening a shared link. */
function useEvent(id, known) {
  const [found, setFound] = useState(null);
  const last = useRef(null);
  if (known) last.current = known;
  const kept = known ?? (last.current && idOf(last.current) === id ? last.current : null);
  useEffect(() => {
    if (!id || kept) return undefined;
    const controller = new AbortController();
    getJson(`/v1/events/${encodeURIComponent(id)}`, {}, { signal: controller.signal, exact: true }).then(setFound, () => {});
    return () => controller.abort();
  }, [id, kept !== null]);
  if (!id) return null;
  return kept ?? (found && idOf(found) === id ? found : null);
}
