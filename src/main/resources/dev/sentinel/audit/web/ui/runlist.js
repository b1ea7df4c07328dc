// A short list of runs, the one that began last first.
import { html, useEffect, useMemo, useRef } from "./dom.js";
import { useFeed } from "./feed.js";
import { clock, count, date, duration, plural, utc } from "./format.js";
import { Name } from "./names.js";
import { href } from "./route.js";
import { Failed } from "./states.js";

const PAGE = 50;

/**
 * @param request the filters of the runs, the same object as long as they are the same
 * @param empty what is said if there are none
 * @param version changes when there may be others
 */
export function RunList({ request, empty, version }) {
  const paged = useMemo(() => ({ ...request, limit: PAGE }), [request]);
  const feed = useFeed("/v1/traces", paged, "traces");
  const shown = useRef(version);
  useEffect(() => {
    if (shown.current !== version) feed.reload({ quiet: true });
    shown.current = version;
  }, [version]);
  return html`
    <section class="panel traces">
      <h2>Runs</h2>
      ${feed.error && html`<${Failed} error=${feed.error} onRetry=${feed.retry} />`}
      ${feed.items.length === 0 && !feed.error && html`<p class="state small">${feed.loading ? "Loading …" : empty}</p>`}
      <ol>
        ${feed.items.map((trace) => html`
          <li key=${trace.trace_id}><a href=${href("trace", { id: trace.trace_id, event: trace.first_problem?.event_id })}>
            <span class="trace-name"><${Name} text=${trace.trace_id} /></span>
            <span class="muted" title=${utc(trace.start)}>${date(trace.start)} ${clock(trace.start).slice(0, 8)}, ${duration(trace.duration_ms)}</span>
            <span class="trace-counts">${plural(trace.total, "event")}
              ${trace.by_status.error > 0 && html` <span class="errors">${plural(trace.by_status.error, "error")}</span>`}
              ${trace.by_status.denied > 0 && html` <span class="denied">${count(trace.by_status.denied)} denied</span>`}</span>
          </a></li>
        `)}
      </ol>
      ${feed.cursor && html`<button type="button" class="button" disabled=${feed.loading} onClick=${feed.more}>Earlier runs</button>`}
    </section>
  `;
}
