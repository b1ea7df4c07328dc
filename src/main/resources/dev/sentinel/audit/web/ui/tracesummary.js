// What is known of a trace as a whole.
import { Status } from "./detail.js";
import { html } from "./dom.js";
import { effectiveTime } from "./eventtime.js";
import { exactly } from "./filter.js";
import { count, dateTime, duration, plural, utc } from "./format.js";
import { Icon } from "./icons.js";
import { Name } from "./names.js";
import { problemText } from "./problem.js";
import { href } from "./route.js";

/**
 * @param took in ms
 * @param lanes the color of each agent
 * @param problem the first event that failed or was denied, if it is known
 * @param principal whom the run acted for, if it is known
 * @param onProblem called when that event is to be shown
 */
export function Summary({ summary, took, lanes, problem, principal, onProblem }) {
  const { agents, start, total, by_status: byStatus, complete, session_id: session } = summary;
  return html`
    <${Outcome} summary=${summary} took=${took} problem=${problem} onProblem=${onProblem} />
    <dl class="summary">
      <div><dt>Started</dt><dd title=${utc(start)}>${dateTime(start)}</dd></div>
      <div><dt>Took</dt><dd>${duration(took)}</dd></div>
      <div><dt>Events</dt><dd>${count(total)}${complete ? "" : " or more"}</dd></div>
      ${["error", "denied", "pending"].filter((status) => byStatus[status] > 0).map((status) => html`
        <div key=${status} class=${status}><dt>${status}</dt><dd>${count(byStatus[status])}</dd></div>
      `)}
      <div><dt>${agents.length === 1 ? "Agent" : "Agents"}</dt><dd>${agents.slice(0, 5).map((agent) => html`
        <a key=${agent} class="lane" style=${{ "--lane": lanes.get(agent) }} href=${href("agent", { id: agent })}><${Name} text=${agent} /></a> `)}${agents.length > 5 && `and ${agents.length - 5} more`}</dd></div>
      ${session && html`<div><dt>Session</dt><dd><a href=${href("sessions", { id: session })} title="All runs of this session"><${Name} text=${session} /></a></dd></div>`}
      ${principal && html`<div><dt>On behalf of</dt><dd><a href=${href("events", { query: exactly("for", principal) })}
        title="All events on behalf of this person or service"><${Name} text=${principal} /></a></dd></div>`}
      <div class="legend-actors" aria-hidden="true"><dt>Actors</dt><dd>
        ${["agent", "human", "system"].map((actor) => html`<span key=${actor} class=${`who ${actor}`}><${Icon} name=${actor} /> ${actor}</span>`)}
      </dd></div>
    </dl>
  `;
}

/** How the run ended, in one sentence. */
function Outcome({ summary: { status, start, total, by_status: byStatus, first_problem: step }, took, problem, onProblem }) {
  if (status === "success") return html`<p class="outcome"><${Status} status="success" label="Succeeded" /> ${plural(total, "event")} in ${duration(took)}.</p>`;
  if (status === "pending") return html`<p class="outcome"><${Status} status="pending" label="Pending" /> ${plural(byStatus.pending, "event")} of ${count(total)} did not end.</p>`;
  const [text] = (problem && problemText(problem) || "").split("\n");
  return html`
    <p class="outcome"><${Status} status=${status} label=${status === "error" ? "Failed" : "Denied"} /> at${" "}
      <button type="button" class="link mono" onClick=${onProblem}><${Name} text=${step.resource} /></button>
      ${problem && ` after ${duration(Math.max(0, effectiveTime(problem) - Date.parse(start)))}`}${text && html`: <${Name} text=${text} />`}</p>
  `;
}
