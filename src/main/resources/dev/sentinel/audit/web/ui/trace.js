// One trace as a waterfall.
import { Detail, Status } from "./detail.js";
import { classes, html, useMemo, useNarrow, useState } from "./dom.js";
import { ClockMark } from "./eventtime.js";
import { useFeed } from "./feed.js";
import { exactly, withoutEvents } from "./filter.js";
import { clock, count, dateTime, duration, plural, utc, words } from "./format.js";
import { Icon } from "./icons.js";
import { useKeys } from "./keys.js";
import { Grid, step } from "./list.js";
import { Name, plain } from "./names.js";
import { closePart, go, href, openPart } from "./route.js";
import { Empty, Failed, Loading } from "./states.js";
import { axisOf, barsOf, idleBefore } from "./waterfall.js";

const PAGE = 1_000;
const idOf = (bar) => bar.event.event_id;

export function Trace({ params, health, signedIn }) {
  const id = params.id ?? "";
  // In a path, browsers would resolve the ids "." and "..".
  const feed = useFeed("/v1/traces", { trace_id: id, limit: PAGE }, "events");
  if (feed.error?.status === 404) {
    return html`<div class="view"><${Empty} title=${`No events in trace “${plain(id)}”.`}>
      <a class="button" href=${href("events")}>All events</a><//></div>`;
  }
  if (feed.error && !feed.answer) {
    return html`<div class="view"><${Failed} error=${feed.error} onRetry=${feed.retry} /></div>`;
  }
  if (!feed.answer) return html`<div class="view"><${Loading} what="the trace" /></div>`;
  return html`<${Known} id=${id} feed=${feed} summary=${feed.answer.summary} params=${params}
    health=${health} signedIn=${signedIn} />`;
}

function Known({ id, feed, summary, params, health, signedIn }) {
  const [cutGaps, setCutGaps] = useState(true);
  const bars = useMemo(() => barsOf(feed.items), [feed.items]);
  const axis = useMemo(() => axisOf(bars, cutGaps), [bars, cutGaps]);
  const idle = useMemo(() => new Map(idleBefore(bars).map((ms, index) => [idOf(bars[index]), ms])), [bars]);
  const compact = useNarrow();
  const selected = params.event ?? null;
  const event = bars.find((bar) => idOf(bar) === selected)?.event;

  const select = (bar) => (bar ? openPart("event", idOf(bar)) : closePart("event"));
  const open = (bar) => (idOf(bar) === selected ? closePart("event") : openPart("event", idOf(bar)));
  const problems = bars.filter((bar) => bar.event.status === "error" || bar.event.status === "denied");
  const nextProblem = () => {
    const index = problems.findIndex((bar) => idOf(bar) === selected);
    if (problems.length > 0) select(problems[(index + 1) % problems.length]);
  };
  useKeys({
    j: () => select(step(bars, idOf, selected, 1)),
    k: () => select(step(bars, idOf, selected, -1)),
    n: nextProblem,
    Escape: () => select(null),
  });
  return html`
    <div class=${classes("view", "trace", event && "with-detail")}>
      <div class="toolbar">
        <h1><span class="muted">Trace</span> <${Name} text=${id} /></h1>
        ${axis.end - axis.start > 0 && html`
          <button type="button" class="button" aria-pressed=${cutGaps} onClick=${() => setCutGaps(!cutGaps)}
            title="Shorten idle periods">Cut gaps</button>`}
        ${problems.length > 0 && html`<button type="button" class="button" title="Next problem (n)" onClick=${nextProblem}>
          Next of ${plural(problems.length, "problem")}</button>`}
        <a class="button" href=${href("events", { query: exactly("trace", id) })}>As a list</a>
      </div>
      <${Summary} summary=${summary} />
      <div class="split">
        <div class="rows">
          <${Grid} label="Events of the trace, oldest first" className=${compact ? "waterfall narrow" : "waterfall"} items=${bars}
            idOf=${idOf} rowHeight=${compact ? 52 : 30} selected=${selected} onSelect=${select} onOpen=${open} onEnd=${feed.more}
            header=${html`<span role="columnheader" class="w-name">What happened</span>
              <span role="columnheader" class="w-axis"><span class="w-span"><${Axis} axis=${axis} compact=${compact} /></span></span>`}
            row=${(bar) => html`<${Row} bar=${bar} axis=${axis} idle=${idle.get(idOf(bar))} />`} />
          <p class="count" role="status">${plural(bars.length, "event")}${feed.cursor ? ` of ${count(summary.total)}; scroll for more` : ""}
            ${feed.error && html` <button type="button" class="link" onClick=${feed.retry}>${feed.error.message} Try again</button>`}</p>
        </div>
        ${event && html`<${Detail} event=${event} health=${health} signedIn=${signedIn} onClose=${() => select(null)}
          onFilter=${(term) => go("events", { query: term })}
          onExclude=${(term) => go("events", { query: withoutEvents(exactly("trace", id), term) })} />`}
      </div>
    </div>
  `;
}

function Summary({ summary }) {
  const { agents, start, end, total, by_status: byStatus, complete } = summary;
  return html`
    <dl class="summary">
      <div><dt>Started</dt><dd title=${utc(start)}>${dateTime(start)}</dd></div>
      <div><dt>Took</dt><dd>${duration(Date.parse(end) - Date.parse(start))}</dd></div>
      <div><dt>Events</dt><dd>${count(total)}${complete ? "" : " or more"}</dd></div>
      ${["error", "denied", "pending"].filter((status) => byStatus[status] > 0).map((status) => html`
        <div key=${status} class=${status}><dt>${status}</dt><dd>${count(byStatus[status])}</dd></div>
      `)}
      <div><dt>${agents.length === 1 ? "Agent" : "Agents"}</dt><dd>${agents.slice(0, 5).map((agent) => html`
        <a key=${agent} href=${href("agent", { id: agent })}><${Name} text=${agent} /></a> `)}${agents.length > 5 && `and ${agents.length - 5} more`}</dd></div>
      <div class="legend-actors" aria-hidden="true"><dt>Actors</dt><dd>
        ${["agent", "human", "system"].map((actor) => html`<span key=${actor} class=${`who ${actor}`}><${Icon} name=${actor} /> ${actor}</span>`)}
      </dd></div>
    </dl>
  `;
}

/** The time labels: at the start, at the end, and after each shortened gap. */
function Axis({ axis, compact }) {
  const marks = [{ x: 0, text: "0" }];
  for (const cut of axis.cuts) {
    const x = cut.x + cut.width;
    if (x - marks.at(-1).x > (compact ? 0.3 : 0.09) && x < (compact ? 0.65 : 0.88)) marks.push({ x, text: `+${duration(cut.to - axis.start)}` });
  }
  if (axis.cuts.length === 0) {
    for (const x of compact ? [0.45] : [0.25, 0.5, 0.75]) marks.push({ x, text: `+${duration((axis.end - axis.start) * x)}` });
  }
  return html`
    ${marks.map(({ x, text }) => html`<span key=${text} class="tick" style=${{ left: `${x * 100}%` }}>${text}</span>`)}
    <span class="tick last">+${duration(axis.end - axis.start)}</span>
  `;
}

function Row({ bar, axis, idle }) {
  const { event, start, end } = bar;
  const left = axis.x(start);
  const width = Math.max(0, axis.x(end) - left);
  const beyond = left + width > 0.75;
  const took = event.latency_ms === null ? "" : duration(event.latency_ms);
  const waited = idle >= 1_000 ? `${duration(idle)} later` : "";
  return html`
    <span role="gridcell" class="w-name" title=${`${event.actor}: ${words(event.action_type)}`}>
      <span class=${`who ${event.actor}`}><${Icon} name=${event.actor} /><span class="visually-hidden">${event.actor}</span></span>
      <span class="mono w-resource"><${Name} text=${event.resource} /></span>
      ${event.status !== "success" && html`<${Status} status=${event.status} />`}
      <${ClockMark} event=${event} />
      <span class="w-clock muted">${clock(event.timestamp)}</span>
    </span>
    <span role="gridcell" class="w-axis"><span class="w-span">
      ${axis.cuts.map((cut) => html`<span key=${cut.from} class="cut" aria-hidden="true"
        style=${{ left: `${cut.x * 100}%`, width: `${cut.width * 100}%` }}></span>`)}
      <span class=${classes("w-bar", event.status, event.actor, event.latency_ms === null && "instant")}
        style=${{ left: `${left * 100}%`, width: `${width * 100}%` }}></span>
      <span class=${classes("w-label", beyond && "before")}
        style=${beyond ? { right: `${(1 - left) * 100}%` } : { left: `${(left + width) * 100}%` }}>
        ${took}${took && waited && " · "}<span class="muted">${waited}</span></span>
    </span></span>
  `;
}
