// One trace as a waterfall.
import { BundleButton } from "./bundle.js";
import { Detail } from "./detail.js";
import { classes, html, useMemo, useNarrow, useState } from "./dom.js";
import { exactly, withoutEvents } from "./filter.js";
import { count, plural } from "./format.js";
import { signingState } from "./health.js";
import { useKeys } from "./keys.js";
import { Grid, step } from "./list.js";
import { Minimap } from "./minimap.js";
import { Name, plain } from "./names.js";
import { NoteButton, noteOf, Notes } from "./notes.js";
import { perfetto, save } from "./perfetto.js";
import { closePart, go, href, openPart, update } from "./route.js";
import { Empty, Failed, Loading } from "./states.js";
import { useTrace } from "./tracefeed.js";
import { Axis, Row } from "./tracerow.js";
import { Summary } from "./tracesummary.js";
import { treeOf, visible } from "./tree.js";
import { axisOf, barsOf, extent, idleBefore, windowOf, windowParam, zoomed } from "./waterfall.js";

/** So many agents have colors of their own; see the style sheet. */
const LANES = 8;

/** A shorter trace can be overlooked without a map. */
const MAPPED = 30;

const idOf = (bar) => bar.event.event_id;

export function Trace({ params, health, signedIn, scopes }) {
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
  return html`<${Known} id=${id} trace=${trace} params=${params} health=${health} signedIn=${signedIn} scopes=${scopes} />`;
}

function Known({ id, trace, params, health, signedIn, scopes }) {
  const { summary, events, cursor } = trace;
  const [cutGaps, setCutGaps] = useState(true);
  const bars = useMemo(() => barsOf(events), [events]);
  const lastEnd = Date.parse(summary.start) + summary.duration_ms;
  const whole = useMemo(() => axisOf(bars, cutGaps, lastEnd), [bars, cutGaps, lastEnd]);
  const span = useMemo(() => windowOf(whole, params.window), [whole, params.window]);
  const axis = useMemo(() => (span ? zoomed(whole, span) : whole), [whole, span]);
  const showSpan = (shown) => update({ window: windowParam(whole, shown) }, { replace: true });
  // A note comes when the run is over, and is no part of what it took.
  const steps = bars.filter((bar) => noteOf(bar.event) === null);
  const noted = cursor === null && steps.length > 0 && steps.length < bars.length;
  const took = noted ? extent(steps) : Math.max(summary.duration_ms, whole.end - whole.start);
  const lanes = useMemo(() => new Map(summary.agents.map((agent, index) => [agent, `var(--lane-${index % LANES})`])), [summary]);
  const idle = useMemo(() => new Map(idleBefore(bars).map((ms, index) => [idOf(bars[index]), ms])), [bars]);
  const nested = useMemo(() => events.some((event) => event.parent_span_id), [events]);
  const [flat, setFlat] = useState(false);
  const [closed, setClosed] = useState(new Set());
  const asTree = nested && !flat;
  const tree = useMemo(() => (asTree ? treeOf(bars) : bars), [bars, asTree]);
  const rows = useMemo(() => {
    const open = asTree ? visible(tree, closed, idOf) : tree;
    return span ? open.filter((bar) => bar.end >= span.from && bar.start <= span.to) : open;
  }, [tree, closed, asTree, span]);
  const toggle = (bar, open = closed.has(idOf(bar))) => setClosed((old) => {
    const changed = new Set(old);
    if (open) changed.delete(idOf(bar));
    else changed.add(idOf(bar));
    return changed;
  });
  const compact = useNarrow();
  const selected = params.event ?? null;
  const event = bars.find((bar) => idOf(bar) === selected)?.event;

  const select = (bar) => (bar ? openPart("event", idOf(bar)) : closePart("event"));
  const open = (bar) => (idOf(bar) === selected ? closePart("event") : openPart("event", idOf(bar)));
  /** Shows a row that may be within a closed one. */
  const reveal = (bar) => {
    if (!rows.some((row) => idOf(row) === idOf(bar))) {
      setClosed(new Set());
      showSpan(null);
    }
    select(bar);
  };
  const problems = tree.filter((bar) => bar.event.status === "error" || bar.event.status === "denied");
  const nextProblem = () => {
    const index = problems.findIndex((bar) => idOf(bar) === selected);
    if (problems.length > 0) reveal(problems[(index + 1) % problems.length]);
    // The others are among the events that are not loaded yet.
    if (index + 1 >= problems.length) trace.more();
  };
  const problemCount = Math.max(summary.by_status.error + summary.by_status.denied, problems.length);
  const writes = !signedIn || scopes.some((scope) => scope === "ingest" || scope === "admin");
  const first = bars.find((bar) => idOf(bar) === summary.first_problem?.event_id);
  useKeys({
    j: () => select(step(rows, idOf, selected, 1)),
    k: () => select(step(rows, idOf, selected, -1)),
    n: nextProblem,
    Escape: () => select(null),
  });
  return html`
    <div class=${classes("view", "trace", event && "with-detail")}>
      <div class="toolbar">
        <h1><span class="muted">Trace</span> <${Name} text=${id} /></h1>
        ${whole.end - whole.start > 0 && html`
          <button type="button" class="button" aria-pressed=${cutGaps} onClick=${() => setCutGaps(!cutGaps)}
            title="Shorten idle periods">Cut gaps</button>`}
        ${problemCount > 0 && html`<button type="button" class="button" title="Next problem (n)" onClick=${nextProblem}>
          Next of ${plural(problemCount, "problem")}</button>`}
        ${nested && html`<button type="button" class="button" aria-pressed=${asTree} onClick=${() => setFlat(asTree)}
          title="Steps within the steps that they belong to, or in the order of time">Tree</button>`}
        <a class="button" href=${href("events", { query: exactly("trace", id) })}>As a list</a>
        <a class="button" href=${href("compare", { left: id })} title="Step by step with another run">Compare</a>
        <button type="button" class="button" title="A file for ui.perfetto.dev or chrome://tracing, of the events shown"
          onClick=${() => save("trace.json", perfetto(id, events))}>Save for Perfetto</button>
        ${writes && html`<${NoteButton} trace=${id} agents=${summary.agents} step=${event} signedIn=${signedIn} onDone=${trace.reload} />`}
        ${health && signingState(health) !== "off" && html`<${BundleButton} id=${id} />`}
      </div>
      <${Summary} summary=${summary} took=${took} lanes=${lanes}
        problem=${first?.event} principal=${events.find((one) => one.on_behalf_of && noteOf(one) === null)?.on_behalf_of} onProblem=${() => first && reveal(first)} />
      <${Notes} events=${events} onOpen=${(about) => reveal(bars.find((bar) => bar.event === about))} />
      <div class="split">
        <div class="rows">
          ${bars.length >= MAPPED && html`<${Minimap} bars=${bars} axis=${whole} span=${span} onSpan=${showSpan} />`}
          <${Grid} label=${asTree ? "Steps of the trace" : "Events of the trace, oldest first"} className=${compact ? "waterfall narrow" : "waterfall"} items=${rows}
            idOf=${idOf} rowHeight=${compact ? 52 : 30} selected=${selected} onSelect=${select} onOpen=${open} onEnd=${trace.more}
            tree=${asTree ? { levelOf: (bar) => bar.depth + 1, isOpen: (bar) => (bar.inner > 0 ? !closed.has(idOf(bar)) : undefined), onToggle: toggle } : undefined}
            header=${html`<span role="columnheader" class="w-name">What happened</span>
              <span role="columnheader" class="w-axis"><span class="w-span"><${Axis} axis=${axis} compact=${compact} /></span></span>`}
            row=${(bar) => html`<${Row} bar=${bar} axis=${axis} idle=${idle.get(idOf(bar))}
              lane=${lanes.get(bar.event.agent_instance_id)} named=${summary.agents.length > 1}
              tree=${asTree ? { closed: closed.has(idOf(bar)), onToggle: () => toggle(bar) } : null} />`} />
          <p class="count" role="status">${plural(bars.length, "event")}${rows.length < bars.length ? `, ${count(bars.length - rows.length)} of them hidden` : ""}${cursor ? ` of ${count(summary.total)}; scroll for more` : ""}
            ${span && html` <button type="button" class="link" onClick=${() => showSpan(null)}>Show the whole trace</button>`}
            ${trace.error && html` <button type="button" class="link" onClick=${trace.retry}>${trace.error.message} Try again</button>`}</p>
        </div>
        ${event && html`<${Detail} event=${event} health=${health} signedIn=${signedIn} onClose=${() => select(null)}
          onFilter=${(term) => go("events", { query: term })}
          onExclude=${(term) => go("events", { query: withoutEvents(exactly("trace", id), term) })} />`}
      </div>
    </div>
  `;
}
