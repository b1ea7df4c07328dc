// The list of events: filtered, unlimited, optionally live. The whole state is in the URL.
import { getJson, url } from "./api.js";
import { ColumnPicker, layout, useColumns } from "./columns.js";
import { useCounts } from "./counts.js";
import { Detail } from "./detail.js";
import { classes, html, useEffect, useMemo, useNarrow, useRef, useState } from "./dom.js";
import { Card, Cells, Header } from "./eventrow.js";
import { useFeed } from "./feed.js";
import { Facets, Histogram } from "./facets.js";
import { withoutEvents, withTerm } from "./filter.js";
import { date, dateTime, plural, utc } from "./format.js";
import { Icon } from "./icons.js";
import { useKeys } from "./keys.js";
import { Grid, step } from "./list.js";
import { idOf, LiveLine, merge, useLiveRows } from "./liverows.js";
import { Mistake, mistakeOf } from "./mistake.js";
import { QueryBar } from "./querybar.js";
import { bounds, fixed, rangeOf } from "./range.js";
import { RangePicker } from "./rangepicker.js";
import { closePart, go, href, openPart, update } from "./route.js";
import { Empty, Failed, Loading } from "./states.js";

const PAGE = 200;

export function Events({ params, health, signedIn }) {
  const live = params.live === "1";
  const line = params.query ?? "";
  const range = useMemo(() => rangeOf(params, null), [params.range, params.from, params.to]);
  const filters = useMemo(() => ({ filter: line.trim() || undefined }), [line]);
  // An open range starts where it did when the view was opened. It has no end, so that it includes new events.
  const shown = useMemo(() => ({
    ...filters, ...bounds(range), ...(range?.open ? { to: undefined } : {}),
  }), [filters, range]);
  const oldestFirst = params.order === "asc" && !live;
  const listed = useMemo(() => ({ ...shown, order: oldestFirst ? "asc" : undefined }), [shown, oldestFirst]);
  const request = useMemo(() => ({ ...listed, limit: PAGE }), [listed]);
  const reload = useRef(null);
  const [pointed, point] = useState(false);
  const selected = params.event ?? null;
  const tail = useLiveRows(live, filters, pointed || selected !== null, () => reload.current());
  // The stream starts before the first page is loaded. Otherwise, events that arrive in between would be missing.
  const ready = !live || tail.state === "live" || tail.state === "lost" || tail.state === "refused";
  const feed = useFeed(ready ? "/v1/events" : null, request, "events");
  reload.current = feed.reload;
  const faceted = params.facets === "1";
  const counts = useCounts(faceted, shown, range);
  const mistake = mistakeOf(feed.error, line);
  const items = useMemo(() => merge(tail.rows, feed.items), [tail.rows, feed.items]);
  const compact = useNarrow();
  const known = items.find((event) => idOf(event) === selected);
  const event = useEvent(selected, known);

  const [columns, setColumns] = useColumns();
  const { names: shownColumns, template } = layout(columns, { detail: Boolean(event), faceted });
  const select = (item) => (item ? openPart("event", idOf(item)) : closePart("event"));
  const open = (item) => (idOf(item) === selected ? closePart("event") : openPart("event", idOf(item)));
  const search = (query) => update({ query, event: null });
  const filter = (term) => update({ query: withTerm(line, term) });
  const exclude = (term) => update({ query: withoutEvents(line, term) });
  const toggleFacets = () => update({ facets: faceted ? null : true }, { replace: true });
  const toggleLive = () => update(live ? { live: null } : { live: true, order: null, range: null, from: null, to: null });
  const toggleOrder = () => update({ order: oldestFirst ? null : "asc", live: null });
  useKeys({
    j: () => select(step(items, idOf, selected, 1)),
    k: () => select(step(items, idOf, selected, -1)),
    f: toggleFacets,
    l: toggleLive,
    p: () => live && tail.togglePause(),
    t: () => event && go("trace", { id: event.trace_id, event: idOf(event) }),
    Escape: () => select(null),
  });
  return html`
    <div class=${classes("view", "events", event && "with-detail")}>
      <div class="toolbar">
        <h1 class="visually-hidden">Events</h1>
        <${QueryBar} line=${line} mistake=${mistake} onChange=${search} onEvent=${(id) => openPart("event", id)} />
        <${RangePicker} anyTime range=${range} onChange=${(changes) => update({ ...changes, live: null })} />
        <button type="button" class="button" aria-pressed=${faceted} title="Counts of what matches (f)" onClick=${toggleFacets}>
          <${Icon} name="facets" /> Facets</button>
        <button type="button" class="button toggle" aria-pressed=${live} title="Follow live (l)" onClick=${toggleLive}>
          <span class=${classes("dot", live && !tail.paused && "pulse")} aria-hidden="true"></span> Live</button>
        ${live && html`<button type="button" class="button" title="Pause (p)" aria-pressed=${tail.paused} onClick=${tail.togglePause}>
          <${Icon} name=${tail.paused ? "play" : "pause"} /> ${tail.paused ? "Resume" : "Pause"}</button>`}
        ${!compact && html`<${ColumnPicker} names=${columns} onChange=${setColumns} />`}
        <${Export} shown=${listed} blocked=${mistake !== null} />
      </div>
      <div class=${classes("split", faceted && "faceted")}>
        ${faceted && !mistake && html`<${Facets} counts=${counts} onFilter=${filter} onExclude=${exclude} />`}
        <div class="rows" onPointerOver=${(event) => point(isRow(event))} onPointerLeave=${() => point(false)}>
          ${faceted && !mistake && html`<${Histogram} counts=${counts} onZoom=${(from, to) => update({ ...fixed(from, to), live: null })} />`}
          ${live && !mistake && html`<${LiveLine} tail=${tail} />`}
          ${mistake ? html`<${Mistake} line=${line} mistake=${mistake} onChange=${search} />`
            : feed.error && html`<${Failed} error=${feed.error} onRetry=${feed.retry} />`}
          ${mistake ? null : items.length > 0 || live ? html`
            <${Grid} label=${oldestFirst ? "Events, oldest first" : "Events, newest first"} className=${compact ? "cards" : "table"} style=${{ "--columns": template }} items=${items} idOf=${idOf}
              rowHeight=${compact ? 58 : 34} selected=${selected} onSelect=${select} onOpen=${open} onEnd=${tail.full ? undefined : feed.more}
              onScroll=${tail.atTop} header=${compact ? html`<span role="columnheader">Events</span>` : html`<${Header} columns=${shownColumns} oldestFirst=${oldestFirst} onOrder=${toggleOrder} />`}
              row=${(item, at) => (compact ? html`<${Card} event=${item} />` : html`<${Cells} columns=${shownColumns} event=${item} newDay=${at > 0 && date(items[at - 1].timestamp) !== date(item.timestamp)} />`)} />
            <p class="count" role="status">${tail.full ? `The newest ${plural(items.length, "event")}` : html`${plural(items.length, "event")}<${Rest} feed=${feed} oldestFirst=${oldestFirst} />`}</p>
          ` : feed.searchedTo ? html`<p class="state" role="status">Nothing found<${Rest} feed=${feed} oldestFirst=${oldestFirst} /></p>`
            : feed.loading ? html`<${Loading} what="events" />`
              : !feed.error && html`<${Nothing} line=${line} range=${range} />`}
        </div>
        ${event && html`<${Detail} event=${event} health=${health} signedIn=${signedIn} onClose=${() => select(null)}
          onFilter=${filter} onExclude=${exclude} />`}
      </div>
    </div>
  `;
}

/** Whether a mouse points at a row. A finger that touched one is not there any more. */
function isRow({ pointerType, target }) {
  return pointerType === "mouse" && target.closest(".grid-body .grid-row") !== null;
}

/** What follows the events that were found: more of them, or a search that goes on through events that do not match. */
function Rest({ feed, oldestFirst }) {
  const { cursor, loading, searchedTo } = feed;
  if (!cursor) return null;
  if (!searchedTo) return " so far; scroll for more";
  const reached = html`${oldestFirst ? "up" : "back"} to <time datetime=${searchedTo} title=${utc(searchedTo)}>${dateTime(searchedTo)}</time>`;
  return loading
    ? html` so far. <span class="spinner" aria-hidden="true"></span> Searched ${reached} … <button type="button" class="link" onClick=${feed.stop}>Stop</button>`
    : html` so far, searched ${reached}. <button type="button" class="link" onClick=${feed.more}>Search further</button>`;
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
