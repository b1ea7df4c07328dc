// A ranking: names with bars, each with its share of errors.
import { html } from "./dom.js";
import { compact, count, percent, plural } from "./format.js";
import { Name, plain } from "./names.js";

/**
 * @param rows each {name, label, events, errors, href}; errors is null if errors are not counted; status, if all of
 *     the row's events have the same
 * @param empty the text if there are no rows
 * @param hint what the counts are about, if not all events
 */
export function Breakdown({ title, rows, empty, hint }) {
  const most = Math.max(1, ...rows.map((row) => row.events));
  return html`
    <section class="panel breakdown">
      <h2>${title}${hint && html` <span class="hint">${hint}</span>`}</h2>
      ${rows.length === 0 && html`<p class="state small">${empty}</p>`}
      <ol>
        ${rows.map(({ name, label, events, errors, href, status }) => html`
          <li key=${name}>
            <a href=${href} title=${`${plain(label ?? name)}: ${plural(events, "event")}${errors === null ? "" : `, ${plural(errors, "error")}`}`}>
              <span class="breakdown-name"><${Name} text=${label ?? name} /></span>
              <span class="breakdown-figures">
                ${errors > 0 && html`<span class="errors">${percent(errors / events)} errors</span>`}
                <span aria-label=${plural(events, "event")}>${events < 10_000 ? count(events) : compact(events)}</span>
              </span>
              <span class="bar" aria-hidden="true">
                <span class="bar-errors" style=${{ width: `${(100 * (errors ?? 0)) / most}%` }}></span>
                <span class=${`bar-rest ${status ?? ""}`} style=${{ width: `${(100 * (events - (errors ?? 0))) / most}%` }}></span>
              </span>
            </a>
          </li>
        `)}
      </ol>
    </section>
  `;
}
