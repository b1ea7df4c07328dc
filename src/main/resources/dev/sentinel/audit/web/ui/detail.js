// One event with all its fields. Each value can become a filter.
import { endpoint } from "./base.js";
import { html } from "./dom.js";
import { CopyButton, shellQuote } from "./clipboard.js";
import { clockProblem } from "./eventtime.js";
import { count, duration, plural, utc, words, zonedTime } from "./format.js";
import { exactly } from "./filter.js";
import { signingAlarm, signingState } from "./health.js";
import { Icon } from "./icons.js";
import { Json } from "./json.js";
import { marked, Name, plain } from "./names.js";
import { noteOf } from "./notes.js";
import { problemText } from "./problem.js";
import { proofUrl, useProof } from "./proof.js";
import { href } from "./route.js";

/** The rest is in the metadata. */
const MAX_WHY = 300;

/**
 * @param event an event as the API returns it
 * @param health the server's health; null while it is not known
 * @param onClose closes the panel
 * @param onFilter called with a term to search for
 * @param onExclude called with a term to leave out
 * @param signedIn whether API requests need a token
 */
export function Detail({ event, health, onClose, onFilter, onExclude, signedIn }) {
  const problem = clockProblem(event);
  const why = problemText(event);
  const note = noteOf(event);
  const filter = (key, value) => html`
    <button type="button" class="icon-button" title=${`Only ${key} ${plain(value)}`} onClick=${() => onFilter(exactly(key, value))}>
      <${Icon} name="filter" /><span class="visually-hidden">Show only ${key} ${plain(value)}</span>
    </button>
    <button type="button" class="icon-button" title=${`Without ${key} ${plain(value)}`} onClick=${() => onExclude(exactly(key, value))}>
      <${Icon} name="exclude" /><span class="visually-hidden">Leave out ${key} ${plain(value)}</span>
    </button>
  `;
  return html`
    <aside class="detail" aria-label="Event">
      <header>
        <h2><${Status} status=${event.status} /> <span class="detail-resource" title=${plain(event.resource)}><${Name} text=${event.resource} /></span></h2>
        <button type="button" class="icon-button" title="Close (Esc)" onClick=${onClose}>
          <${Icon} name="close" /><span class="visually-hidden">Close</span></button>
      </header>
      <div class="detail-actions">
        <${CopyButton} label="Copy as JSON" text=${() => JSON.stringify(event, null, 2)} />
        <${CopyButton} label="Copy as curl" text=${() => curl(event, signedIn)} />
      </div>
      <div class="detail-body" tabindex="0" role="group" aria-label="Event details">
        ${why && html`<p class=${`why ${event.status}`}><bdi>${marked(why.length > MAX_WHY ? `${why.slice(0, MAX_WHY)}…` : why, { lines: true })}</bdi></p>`}
        ${note !== null && html`<p class="note-text"><bdi>${marked(note, { lines: true })}</bdi></p>`}
        <dl>
          <${Field} name="Time"><time datetime=${event.timestamp} title=${utc(event.timestamp)}>${zonedTime(event.timestamp)}</time>
            ${problem && html`<p class="clock-note">The client's clock seems wrong. ${problem}</p>`}<//>
          <${Field} name="Agent"><a href=${href("agent", { id: event.agent_instance_id })}><${Name} text=${event.agent_instance_id} /></a>
            ${filter("agent", event.agent_instance_id)}<//>
          <${Field} name="Trace"><a href=${href("trace", { id: event.trace_id, event: event.event_id })}><${Name} text=${event.trace_id} /></a>
            ${filter("trace", event.trace_id)}<//>
          ${event.session_id && html`<${Field} name="Session"><a href=${href("sessions", { id: event.session_id })}><${Name} text=${event.session_id} /></a> ${filter("session", event.session_id)}<//>`}
          ${event.on_behalf_of && html`<${Field} name="On behalf of"><a href=${href("events", { query: exactly("for", event.on_behalf_of) })}><${Name} text=${event.on_behalf_of} /></a> ${filter("for", event.on_behalf_of)}<//>`}
          ${event.span_id && html`<${Field} name="Span"><span class="mono">${event.span_id}</span>
            ${event.parent_span_id && html` <span class="muted">within <span class="mono">${event.parent_span_id}</span></span>`}<//>`}
          <${Field} name="Actor">${event.actor} ${filter("actor", event.actor)}<//>
          <${Field} name="Action">${words(event.action_type)} ${filter("action", event.action_type)}<//>
          <${Field} name="Resource"><span class="mono"><${Name} text=${event.resource} /></span> ${filter("resource", event.resource)}<//>
          <${Field} name="Status">${event.status} ${filter("status", event.status)}<//>
          <${Field} name="Latency">${duration(event.latency_ms)}<//>
          <${Field} name="Event id"><span class="mono">${event.event_id}</span>
            <${CopyButton} compact text=${event.event_id} label="Copy the event id" /><//>
          <${Field} name="Received"><time datetime=${event.received_at} title=${utc(event.received_at)}>${zonedTime(event.received_at)}</time>
            ${event.seq !== undefined && html` <span class="muted">as no. ${event.seq}</span>`}<//>
          ${event.submitted_by && html`<${Field} name="Sent with key">${event.submitted_by}<//>`}
          <${Proof} id=${event.event_id} health=${health} />
        </dl>
        <h3>Metadata</h3>
        <div class="json"><${Json} key=${event.event_id} value=${event.metadata} onFilter=${onFilter} onExclude=${onExclude} /></div>
        ${event.redacted && html`
          <p class="note">Redacted before it was stored: ${event.redacted.pointers?.join(", ") ?? "some values"}.</p>
        `}
      </div>
    </aside>
  `;
}

export function Status({ status, label = status }) {
  return html`<span class=${`status ${status}`}><span class="dot" aria-hidden="true"></span>${label}</span>`;
}

function Field({ name, children }) {
  return html`<div class="field"><dt>${name}</dt><dd>${children}</dd></div>`;
}

/** Whether a signed checkpoint covers the event. Shows nothing if the server signs nothing. */
function Proof({ id, health }) {
  const asks = health !== null && signingState(health) !== "off";
  const found = useProof(id, asks);
  if (!asks || found?.error?.status === 404) return null;
  const { proof, waiting, error } = found ?? {};
  if (!proof) {
    const words = waiting ? "Not yet covered. A checkpoint follows within a second." : error?.message ?? "…";
    return html`<${Field} name="Evidence"><span role="status" class=${signingAlarm(health) ? "wrong" : "muted"}>${words}</span><//>`;
  }
  return html`
    <${Field} name="Evidence"><strong class="proven">Proven</strong> at position ${count(proof.index)} by the checkpoint of${" "}
      ${plural(proof.size, "event")} of <span class="mono">${proof.origin}</span>
      <p class="proof-note"><a href=${proofUrl(id)} download>Download the proof</a> and verify it with <code>bin/sentinel verify</code>.</p><//>
    ${proof.leafHash && html`<${Field} name="Leaf hash"><span class="mono">${proof.leafHash}</span>
      <${CopyButton} compact text=${proof.leafHash} label="Copy the leaf hash" /><//>`}
  `;
}

function curl(event, signedIn) {
  const token = signedIn ? ' \\\n  -H "Authorization: Bearer $SENTINEL_TOKEN"' : "";
  return `curl -sS ${shellQuote(`${endpoint}/v1/events/${event.event_id}`)}${token}`;
}
