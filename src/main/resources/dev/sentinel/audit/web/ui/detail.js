// One event with all its fields. Each value can become a filter.
import { endpoint } from "./base.js";
import { html } from "./dom.js";
import { CopyButton, shellQuote } from "./clipboard.js";
import { clockProblem } from "./eventtime.js";
import { count, dateTime, duration, plural, utc, words } from "./format.js";
import { exactly } from "./filter.js";
import { signingAlarm, signingState } from "./health.js";
import { Icon } from "./icons.js";
import { proofUrl, useProof } from "./proof.js";
import { href } from "./route.js";

/**
 * @param event an event as the API returns it
 * @param health the server's health; null while it is not known
 * @param onClose closes the panel
 * @param onFilter called with a filter term
 * @param signedIn whether API requests need a token
 */
export function Detail({ event, health, onClose, onFilter, signedIn }) {
  const problem = clockProblem(event);
  const filter = (key, value) => html`
    <button type="button" class="icon-button" title=${`Only ${key} ${value}`} onClick=${() => onFilter(exactly(key, value))}>
      <${Icon} name="filter" /><span class="visually-hidden">Show only ${key} ${value}</span>
    </button>
  `;
  return html`
    <aside class="detail" aria-label="Event">
      <header>
        <h2><${Status} status=${event.status} /> <span class="detail-resource">${event.resource}</span></h2>
        <button type="button" class="icon-button" title="Close (Esc)" onClick=${onClose}>
          <${Icon} name="close" /><span class="visually-hidden">Close</span></button>
      </header>
      <div class="detail-body" tabindex="0" role="group" aria-label="Event details">
        <dl>
          <${Field} name="Time"><time datetime=${event.timestamp} title=${utc(event.timestamp)}>${dateTime(event.timestamp)}</time>
            ${problem && html`<p class="clock-note">The client's clock seems wrong. ${problem}</p>`}<//>
          <${Field} name="Agent"><a href=${href("agent", { id: event.agent_instance_id })}>${event.agent_instance_id}</a>
            ${filter("agent", event.agent_instance_id)}<//>
          <${Field} name="Trace"><a href=${href("trace", { id: event.trace_id, event: event.event_id })}>${event.trace_id}</a>
            ${filter("trace", event.trace_id)}<//>
          ${event.session_id && html`<${Field} name="Session">${event.session_id} ${filter("session", event.session_id)}<//>`}
          ${event.on_behalf_of && html`<${Field} name="On behalf of">${event.on_behalf_of} ${filter("for", event.on_behalf_of)}<//>`}
          ${event.span_id && html`<${Field} name="Span"><span class="mono">${event.span_id}</span>
            ${event.parent_span_id && html` <span class="muted">within <span class="mono">${event.parent_span_id}</span></span>`}<//>`}
          <${Field} name="Actor">${event.actor} ${filter("actor", event.actor)}<//>
          <${Field} name="Action">${words(event.action_type)} ${filter("action", event.action_type)}<//>
          <${Field} name="Resource"><span class="mono">${event.resource}</span> ${filter("resource", event.resource)}<//>
          <${Field} name="Status">${event.status} ${filter("status", event.status)}<//>
          <${Field} name="Latency">${duration(event.latency_ms)}<//>
          <${Field} name="Event id"><span class="mono">${event.event_id}</span>
            <${CopyButton} compact text=${event.event_id} label="Copy the event id" /><//>
          <${Field} name="Received"><time datetime=${event.received_at} title=${utc(event.received_at)}>${dateTime(event.received_at)}</time>
            ${event.seq !== undefined && html` <span class="muted">as no. ${event.seq}</span>`}<//>
          ${event.submitted_by && html`<${Field} name="Sent with key">${event.submitted_by}<//>`}
          <${Proof} id=${event.event_id} health=${health} />
        </dl>
        <h3>Metadata</h3>
        <pre class="json"><${Json} value=${event.metadata} indent=${0} onFilter=${onFilter} /></pre>
        ${event.redacted && html`
          <p class="note">Redacted before it was stored: ${event.redacted.pointers?.join(", ") ?? "some values"}.</p>
        `}
        <div class="actions">
          <${CopyButton} label="Copy as JSON" text=${() => JSON.stringify(event, null, 2)} />
          <${CopyButton} label="Copy as curl" text=${() => curl(event, signedIn)} />
        </div>
      </div>
    </aside>
  `;
}

export function Status({ status }) {
  return html`<span class=${`status ${status}`}><span class="dot" aria-hidden="true"></span>${status}</span>`;
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

/** A value of the metadata, formatted. A click on a leaf filters by it. */
function Json({ value, name, indent, onFilter }) {
  const pad = "  ".repeat(indent);
  const raw = JSON.isRawJSON?.(value) === true;
  if (value === null || typeof value !== "object" || raw) {
    // The search runs on the minified text, so the name and its value can be searched together.
    const text = (name === undefined ? "" : `${JSON.stringify(name)}:`) + JSON.stringify(value);
    const kind = raw ? "number" : value === null ? "null" : typeof value;
    return html`<button type="button" class=${`json-leaf ${kind}`} title="Only events with this value"
      onClick=${() => onFilter(exactly("text", text))}>${JSON.stringify(value)}</button>`;
  }
  const list = Array.isArray(value);
  const entries = Object.entries(value);
  if (entries.length === 0) return list ? "[]" : "{}";
  return html`${list ? "[" : "{"}${entries.map(([key, inner], index) => html`
${"\n"}${pad}${"  "}${!list && html`<span class="json-key">${JSON.stringify(key)}</span>: `}<${Json}
      value=${inner} name=${list ? undefined : key} indent=${indent + 1} onFilter=${onFilter} />${index < entries.length - 1 ? "," : ""}`)}
${"\n"}${pad}${list ? "]" : "}"}`;
}
