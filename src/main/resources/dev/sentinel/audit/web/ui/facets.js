// What the events that were found have in common: the values of their members with counts, each to include or exclude.
import { TOP } from "./counts.js";
import { html, useState } from "./dom.js";
import { exactly } from "./filter.js";
import { count, dateTime, plural, words } from "./format.js";
import { Icon } from "./icons.js";
import { Name, plain } from "./names.js";
import { Timeline } from "./timeline.js";

const SHOWN = 6;
const TITLES = { status: "Status", agent: "Agent", action: "Action", resource: "Resource", actor: "Actor", session: "Session", for: "On behalf of" };

/** The numbers of events over time. */
export function Histogram({ counts, onZoom }) {
  if (!counts?.stats) return null;
  return html`<section class="panel histogram" aria-label="Events over time"><${Timeline} stats=${counts.stats} height=${110} latencies=${false} onZoom=${onZoom} /></section>`;
}

/**
 * @param counts see {@link useCounts}; null while nothing is known
 * @param onFilter called with a term to search for
 * @param onExclude called with a term to leave out
 */
export function Facets({ counts, onFilter, onExclude }) {
  return html`
    <aside class="facets" aria-label="Facets" tabindex="0">
      <p class="muted" role="status"><${Total} counts=${counts} /></p>
      ${counts?.facets && Object.entries(TITLES).map(([key, title]) => html`
        <${Facet} key=${key} name=${key} title=${title} values=${counts.facets[key]} total=${counts.total} onFilter=${onFilter} onExclude=${onExclude} />`)}
      ${counts?.facets && !counts.whole && html`<p class="muted">There are so many different values that rare ones are not listed.</p>`}
      ${counts?.rounded && html`<p class="muted">Counted in whole minutes${resources(counts)}. With a filter, also by session and by whom agents act for.</p>`}
    </aside>
  `;
}

/** What the resources are of, if not of all events. */
function resources({ resourceEvents: some }) {
  if (some === null) return "";
  return some === 0 ? "; not by resource, for this key" : `; resources in ${plural(some, "event")}`;
}

/** How many events match, and what is not counted. */
function Total({ counts }) {
  if (!counts) return html`<span class="spinner" aria-hidden="true"></span> Counting …`;
  if (counts.error) return counts.error.message;
  const total = html`<strong>${plural(counts.total, "event")}</strong>`;
  if (counts.since !== null) return html`The newest ${total}, since ${dateTime(counts.since)}; older ones are not counted`;
  return html`${total}, all that match`;
}

function Facet({ name, title, values, total, onFilter, onExclude }) {
  const [all, showAll] = useState(false);
  if (!values || values.length === 0) return null;
  return html`
    <section class="facet">
      <h2>${title}</h2>
      <ul>${(all ? values : values.slice(0, SHOWN)).map(({ value, count: times }) => html`
        <li key=${value}>
          <button type="button" class="facet-value" title=${`Only ${plain(value)}`} onClick=${() => onFilter(exactly(name, value))}>
            <span class="facet-name"><${Name} text=${name === "action" ? words(value) : value} /></span>
            <span class="facet-count">${count(times)}</span>
            <span class="bar" aria-hidden="true"><span class=${`bar-rest ${name === "status" ? value : ""}`} style=${{ width: `${(100 * times) / total}%` }}></span></span>
          </button>
          <button type="button" class="icon-button" title=${`Without ${plain(value)}`} onClick=${() => onExclude(exactly(name, value))}>
            <${Icon} name="exclude" /><span class="visually-hidden">Leave out ${plain(value)}</span></button>
        </li>
      `)}</ul>
      ${values.length > SHOWN && html`<button type="button" class="link" onClick=${() => showAll(!all)}>${all ? "Fewer" : values.length < TOP ? `All ${count(values.length)}` : `The ${TOP} most frequent`}</button>`}
    </section>
  `;
}
