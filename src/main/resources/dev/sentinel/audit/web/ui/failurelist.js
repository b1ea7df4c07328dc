// What broke: the kinds of errors, the most frequent first.
import { html, useState } from "./dom.js";
import { effectiveTime } from "./eventtime.js";
import { useFailures } from "./failures.js";
import { ago, count, dateTime, plural, utc } from "./format.js";
import { Name, plain } from "./names.js";
import { href } from "./route.js";
import { Spark } from "./spark.js";
import { Failed } from "./states.js";

const SHOWN = 6;

/**
 * @param range returns the time range
 * @param id changes when the range changes
 * @param open whether the range goes on with the clock
 * @param params the range as parameters of a view
 */
export function Failures({ range, id, open, params }) {
  const { failures, error } = useFailures(range, id, open);
  const [all, showAll] = useState(false);
  if (error && !failures) return html`<${Failed} error=${error} />`;
  if (!failures) return html`<section class="panel failures loading"><h2>What broke</h2><p class="state small">Loading …</p></section>`;
  const { groups, total, since } = failures;
  return html`
    <section class="panel failures">
      <h2>What broke
        ${since !== null && html` <span class="hint">among the newest ${plural(total, "error")}, since ${dateTime(since)}</span>`}</h2>
      ${groups.length === 0 && html`<p class="state small">No errors.</p>`}
      <ol>${(all ? groups : groups.slice(0, SHOWN)).map((group) => html`<${Group} key=${group.key} group=${group} params=${params} />`)}</ol>
      ${groups.length > SHOWN && html`<button type="button" class="link" onClick=${() => showAll(!all)}>
        ${all ? "Show less" : `Show all ${plural(groups.length, "kind")}`}</button>`}
    </section>
  `;
}

function Group({ group, params }) {
  const { resource, text, query, count: times, oldest, newest, agents, trend } = group;
  return html`
    <li><a href=${href("events", { ...params, query })}>
      <span class="failure-what"><span class="mono"><${Name} text=${resource} /></span>
        <span class="second" title=${plain(text)}>${text ? html`<${Name} text=${text} />` : html`<span class="muted">without a text</span>`}</span></span>
      <span class="failure-agents muted">${agents.size === 1 ? html`<${Name} text=${[...agents][0]} />` : plural(agents.size, "agent")}</span>
      <span class="failure-since">since <time datetime=${oldest.timestamp} title=${utc(oldest.timestamp)}>${dateTime(effectiveTime(oldest)).replace(/\.\d+$/, "")}</time>
        <span class="second muted">last ${ago(effectiveTime(newest))}</span></span>
      <${Spark} kind="error" values=${trend} />
      <strong class="failure-count errors" aria-label=${plural(times, "error")}>${count(times)}</strong>
    </a></li>
  `;
}
