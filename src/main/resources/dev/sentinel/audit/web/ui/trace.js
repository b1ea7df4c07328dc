// One trace as a waterfall.
import { Detail, Status } from "./detail.js";
import { classes, html, useMemo, useNarrow, useState } from "./dom.js";
import { ClockMark } from "./eventtime.js";
import { exactly, withoutEvents } from "./filter.js";
import { clock, count, dateTime, duration, plural, utc, words } from "./format.js";
import { Icon } from "./icons.js";
import { useKeys } from "./keys.js";
import { Grid, step } from "./list.js";
import { Name, plain } from "./names.js";
import { closePart, go, href, openPart } from "./route.js";
import { Empty, Failed, Loading } from "./states.js";
import { useTrace } from "./tracefeed.js";
import { axisOf, barsOf, idleBefore } from "./waterfall.js";

/** So many agents have colors of their own; see the style sheet. */
const LANES = 8;

const idOf = (bar) => bar.event.event_id;

export function Trace({ params, health, signedIn }) {
  const id = params.id ?? "";
  const trace = useTrace(id);
  if (trace.error?.status === 404) {
    return html`<div class="view"><${Empty} title=${`No events in trace “${plain(id)}”.`}>
      <a class="button" href=${href("events")}>All events</a><//></div>`;
  }
  if (trace.error && !trace.summary) {
    return html`<div class="view"><${Failed} error=${trace.error} onRetry=${trace.retry} /></div>`;
  }
  if (!trace.summary) return html`<div class="view"><${Loading} what="the trace" /></div>`;
  return html`<${Known} id=${id} trace=${trace} params=${params} health=${health} signedIn=${signedIn} />`;
}

function Known({ id, trace, params, health, signedIn }) {
  const { summary, events, cursor } = trace;
  const [cutGaps, setCutGaps] = useState(true);
  const bars = useMemo(() => barsOf(events), [events]);
  const lastEnd = Date.parse(summary.start) + summary.duration_ms;
  const axis = useMemo(() => axisOf(bars, cutGaps, lastEnd), [bars, cutGaps, lastEnd]);
  const lanes = useMemo(() => new Map(summary.agents.map((agent, index) => [agent, `var(--lane-${index % LANES})`])), [summary]);
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
    // The others are among the events that are not loaded yet.
    if (index + 1 >= problems.length) trace.more();
  };
  const problemCount = Math.max(summary.by_status.error + summary.by_status.denied, problems.length);
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
        ${problemCount > 0 && html`<button type="button" class="button" title="Next problem (n)" onClick=${nextProblem}>
          Next of ${plural(problemCount, "problem")}</button>`}
        <a class="button" href=${href("events", { query: exactly("trace", id) })}>As a list</a>
      </div>
      <${Summary} summary=${summary} took=${Math.max(summary.duration_ms, axis.end - axis.start)} lanes=${lanes} />
      <div class="split">
        <div class="rows">
          <${Grid} label="Events of the trace, oldest first" className=${compact ? "waterfall narrow" : "waterfall"} items=${bars}
            idOf=${idOf} rowHeight=${compact ? 52 : 30} selected=${selected} onSelect=${select} onOpen=${open} onEnd=${trace.more}
            header=${html`<span role="columnheader" class="w-name">What happened</span>
              <span role="columnheader" class="w-axis"><span class="w-span"><${Axis} axis=${axis} compact=${compact} /></span></span>`}
            row=${(bar) => html`<${Row} bar=${bar} axis=${axis} idle=${idle.get(idOf(bar))}
              lane=${lanes.get(bar.event.agent_instance_id)} named=${summary.agents.length > 1} />`} />
          <p class="count" role="status">${plural(bars.length, "event")}${cursor ? ` of ${count(summary.total)}; scroll for more` : ""}
            ${trace.error && html` <button type="button" class="link" onClick=${trace.retry}>${trace.error.message} Try again</button>`}</p>
        </div>
        ${event && html`<${Detail} event=${event} health=${health} signedIn=${signedIn} onClose=${() => select(null)}
          onFilter=${(term) => go("events", { query: term })}
          onExclude=${(term) => go("events", { query: withoutEvents(exactly("trace", id), term) })} />`}
      </div>
    </div>
  `;
}

/** @param lanes the color of each agent */
function Summary({ summary, took, lanes }) {
  const { agents, start, total, by_status: byStatus, complete } = summary;
  return html`
    <dl class="summary">
      <div><dt>Started</dt><dd title=${utc(start)}>${dateTime(start)}</dd></div>
      <div><dt>Took</dt><dd>${duration(took)}</dd></div>
      <div><dt>Events</dt><dd>${count(total)}${complete ? "" : " or more"}</dd></div>
      ${["error", "denied", "pending"].filter((status) => byStatus[status] > 0).map((status) => html`
        <div key=${status} class=${status}><dt>${status}</dt><dd>${count(byStatus[status])}</dd></div>
      `)}
      <div><dt>${agents.length === 1 ? "Agent" : "Agents"}</dt><dd>${agents.slice(0, 5).map((agent) => html`
        <a key=${agent} class="lane" style=${{ "--lane": lanes.get(agent) }} href=${href("agent", { id: agent })}><${Name} text=${agent} /></a> `)}${agents.length > 5 && `and ${agents.length - 5} more`}</dd></div>
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

/**
 * @param lane the color of the agent
 * @param named whether the name of the agent is shown
 */
function Row({ bar, axis, idle, lane, named }) {
  const { event, start, end } = bar;
  const left = axis.x(start);
  const width = Math.max(0, axis.x(end) - left);
  // The label is after the bar, or before it, or where neither has room, in it.
  const place = left + width <= 0.75 ? "after" : left >= 0.25 ? "before" : "in";
  const took = event.latency_ms === null ? "" : duration(event.latency_ms);
  const waited = idle >= 1_000 ? `${duration(idle)} later` : "";
  return html`
    <span role="gridcell" class="w-name" title=${`${event.actor}: ${words(event.action_type)}`}>
      <span class=${`who ${event.actor}`}><${Icon} name=${event.actor} /><span class="visually-hidden">${event.actor}</span></span>
      <span class="mono w-resource"><${Name} text=${event.resource} /></span>
      ${named && html`<span class="lane w-agent" style=${{ "--lane": lane }} title=${plain(event.agent_instance_id)}><${Name} text=${event.agent_instance_id} /></span>`}
      ${event.status !== "success" && html`<${Status} status=${event.status} />`}
      <${ClockMark} event=${event} />
      <span class="w-clock muted">${clock(event.timestamp)}</span>
    </span>
    <span role="gridcell" class="w-axis"><span class="w-span">
      ${axis.cuts.map((cut) => html`<span key=${cut.from} class="cut" aria-hidden="true"
        style=${{ left: `${cut.x * 100}%`, width: `${cut.width * 100}%` }}></span>`)}
      <span class=${classes("w-bar", event.status, event.actor, event.latency_ms === null && "instant")}
        style=${{ "--lane": lane, left: `${left * 100}%`, width: `${width * 100}%` }}></span>
      <span class=${`w-label ${place}`} style=${{
        after: { left: `${(left + width) * 100}%` },
        before: { right: `${(1 - left) * 100}%` },
        in: { left: `${left * 100}%` },
      }[place]}>
        ${took}${took && waited && " · "}<span class="muted">${waited}</span></span>
    </span></span>
  `;
}
