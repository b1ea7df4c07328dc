// What the server refused, with the reason and what to do, and what it ignored.
import { classes, html } from "./dom.js";
import { ago, count, dateTime, plural, utc, words } from "./format.js";
import { Name, plain } from "./names.js";

/** Each problem as the API tells it: its detail is a sentence of the server that says what to do. */
export function Refused({ problems }) {
  return html`
    <ul class="refused">${problems.map((one) => html`
      <li key=${JSON.stringify([one.key_id, one.address, one.producer, one.status, one.detail])}>
        <span class=${classes("status", one.status >= 200 && one.status < 300 ? "denied" : "error")}><span class="dot" aria-hidden="true"></span>${whatOf(one)}</span>
        <p class="refused-why">${one.detail}</p>
        <p class="muted refused-who">From ${one.producer ? html`<${Name} text=${one.producer} />` : "a program that says no name"}${
          one.address && html` at <span class="mono">${one.address}</span>`}${one.key_id && html`, key <span class="mono">${one.key_id}</span>`},${" "}
          <time datetime=${one.last_seen} title=${`${dateTime(one.last_seen)}, ${utc(one.last_seen)}`}>${ago(one.last_seen)}</time>${
          one.count > 1 && `, ${count(one.count)} times since ${dateTime(one.first_seen)}`}</p>
      </li>
    `)}</ul>
  `;
}

/** What became of the request: the names of the statuses are for programs. */
function whatOf({ status }) {
  if (status === 0) return "Not understood";
  if (status < 300) return "Taken in part";
  if (status === 401) return "No valid key (401)";
  if (status === 403) return "Not allowed (403)";
  if (status === 404 || status === 405) return `Wrong path (${status})`;
  if (status === 409) return "Stored before with other content (409)";
  if (status === 413) return "Too large (413)";
  if (status === 429) return "Too many events (429)";
  if (status >= 500) return `Not now (${status})`;
  return `Not valid (${status})`;
}

/** Why records of OpenTelemetry are no events; others are shown as the server names them. */
const REASONS = {
  __proto__: null,
  also_logged: "recorded from its log",
  no_rule: "not known to Sentinel",
  not_selected: "left out by OTLP_SPANS",
  answer_follows: "a request whose answer is recorded",
  escalation: "a repeated decision",
  mcp_housekeeping: "MCP housekeeping",
  message: "a message",
  not_an_action: "not an action",
  pending_span: "a span that has not ended",
  request_body: "the body of a model request",
  step: "an internal step",
  stream_event: "a piece of a stream",
  told_twice: "recorded by another record",
  unknown_log: "an unknown log record",
};

function wordsOf(reason) {
  return REASONS[reason] ?? words(plain(reason));
}

/** How many records were no action of an agent, and why. */
export function ignoredOf({ ignored }) {
  const reasons = Object.entries(ignored);
  const sum = reasons.reduce((all, [, one]) => all + one, 0);
  if (sum === 0) return html`<span class="muted">0</span>`;
  return html`<span class="ignored">${count(sum)}<span class="second muted">${reasons.map(([reason, n]) =>
    `${count(n)} × ${wordsOf(reason)}`).join(", ")}</span></span>`;
}

/** Sources that sent only what is no action, in a sentence each. */
export function nothingKept(sources) {
  return sources.filter(({ kept, ignored }) => kept === 0 && Object.keys(ignored).length > 0)
    .map((one) => ({ ...one, total: Object.values(one.ignored).reduce((all, n) => all + n, 0) }));
}

export function NothingKept({ sources }) {
  return html`${nothingKept(sources).map((one) => html`
    <p key=${JSON.stringify([one.key_id, one.protocol, one.producer])}><${Name} text=${one.producer || "A program"} /> sent ${plural(one.total, "record")}${" "}
      (${one.protocol}), and none of them is an action of an agent: ${Object.keys(one.ignored).map(wordsOf).join(", ")}.</p>
  `)}`;
}
