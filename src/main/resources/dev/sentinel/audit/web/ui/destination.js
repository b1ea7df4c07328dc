// One destination: its state, what it is, its last deliveries and what it refused.
import { usePolled } from "./administration.js";
import { filtersOf, lagOf, MADE_BY, meaningOf, optionsOf, promiseOf, State, urgency } from "./destinationwords.js";
import { Status } from "./detail.js";
import { classes, html } from "./dom.js";
import { ago, bytes, count, dateTime, duration, plural, utc } from "./format.js";
import { Name, plain } from "./names.js";
import { go, href } from "./route.js";
import { Empty, Failed, Loading } from "./states.js";
import { Steer } from "./steer.js";

const REFRESH_MS = 3_000;

/** Failures that the page shows; the API has all of them. */
const MAX_FAILURES = 100;

export function Destination({ id }) {
  const path = `/v1/destinations/${encodeURIComponent(id)}`;
  const { answer: one, error, reload } = usePolled(path, REFRESH_MS);
  const { answer: tried } = usePolled(one ? `${path}/deliveries` : null, REFRESH_MS);
  const { answer: refused, reload: reloadRefused } = usePolled(one ? `${path}/failures` : null, REFRESH_MS);
  if (error?.status === 404) {
    return html`<div class="view"><${Empty} title=${`There is no destination “${plain(id)}”.`}>
      <a class="button" href=${href("destinations")}>All destinations</a><//></div>`;
  }
  if (!one) return html`<div class="view">${error ? html`<${Failed} error=${error} onRetry=${reload} />` : html`<${Loading} what="the destination" />`}</div>`;
  const done = ({ removed }) => {
    if (removed) go("destinations", {}, { replace: true });
    reload();
    reloadRefused();
  };
  return html`
    <div class="view destinations">
      <div class="toolbar">
        <h1><a class="muted" href=${href("destinations")}>Destinations</a> <span class="muted" aria-hidden="true">/</span> <${Name} text=${one.id} /></h1>
        <${Steer} of=${one} failures=${refused?.failures.length} onDone=${done} />
      </div>
      ${error && html`<${Failed} error=${error} onRetry=${reload} />`}
      <${Tiles} one=${one} />
      ${one.error && html`<p class="why"><${Name} text=${one.error} /></p>`}
      ${one.replay && html`<${Replay} of=${one.replay} />`}
      <${Deliveries} tried=${tried} />
      <${Failures} refused=${refused} skips=${one.on_refused === "skip"} />
      <${Settings} one=${one} />
    </div>
  `;
}

function Tiles({ one }) {
  const { advanced_at: at, refused } = one;
  const idle = !one.delivered_here && !["paused", "reset"].includes(one.state);
  return html`
    <div class="tiles">
      <div class=${classes("tile", urgency(one) > 1 && "bad")}><span class="tile-name">State</span>
        <span class="tile-value"><${State} of=${one} /></span>
        <span class="tile-note">${meaningOf(one)}${idle && " This server does not deliver to it: another one may."}</span></div>
      <div class="tile"><span class="tile-name">Lag</span>
        <span class="tile-value">${lagOf(one)}</span>
        <span class="tile-note">Next position ${count(one.next)}</span></div>
      <div class="tile"><span class="tile-name">Last progress</span>
        <span class="tile-value">${at ? ago(at) : "–"}</span>
        <span class="tile-note">${at && html`<time datetime=${at} title=${utc(at)}>${dateTime(at)}</time>`}</span></div>
      <div class="tile"><span class="tile-name">Skipped</span>
        <span class="tile-value">${count(refused)}</span>
        <span class="tile-note">Events that it refused, ever</span></div>
    </div>
  `;
}

function Replay({ of: { next, until, state, error } }) {
  return html`
    <section class="panel sample" aria-label="Replay">
      <h2>Replay</h2>
      <p>Under way: position ${count(next)} of ${count(until)}.${state !== "running" && ` It is ${state}.`}${error && ` ${error}`}</p>
      <progress max=${until} value=${next} aria-label="Progress of the replay"></progress>
    </section>
  `;
}

/** The statuses of events have the shapes that these outcomes need. */
const OUTCOMES = {
  __proto__: null,
  ok: ["success", "Taken"],
  transient: ["pending", "Failed, tried again"],
  refused: ["error", "Refused"],
  denied: ["denied", "Server refused"],
};

function Deliveries({ tried }) {
  const all = tried?.deliveries ?? [];
  return html`
    <section class="panel flush" aria-label="Recent deliveries">
      <h2>Recent deliveries <span class="hint">by this server since it started, up to 100</span></h2>
      ${all.length === 0 ? html`<p class="state small">${tried ? "None yet." : "Loading …"}</p>` : html`
        <div class="table-panel" tabindex="0" role="region" aria-label="Table of deliveries"><table>
          <thead><tr><th>Time</th><th>Outcome</th><th class="numeric">Events</th><th class="numeric">Positions</th><th class="numeric">JSON</th><th class="numeric">Took</th><th>Answer</th></tr></thead>
          <tbody>${all.map((one) => html`
            <tr key=${`${one.at} ${one.from}`}>
              <td><time datetime=${one.at} title=${utc(one.at)}>${dateTime(one.at)}</time></td>
              <td><${Status} status=${OUTCOMES[one.outcome]?.[0] ?? "pending"} label=${OUTCOMES[one.outcome]?.[1] ?? one.outcome} /></td>
              <td class="numeric">${count(one.events)}</td>
              <td class="numeric">${positions(one)}</td>
              <td class="numeric">${bytes(one.bytes)}</td>
              <td class="numeric">${duration(one.ms)}</td>
              <td><${Name} text=${one.status} /></td>
            </tr>`)}</tbody>
        </table></div>`}
    </section>
  `;
}

function positions({ from, next }) {
  return next - from <= 1 ? count(from) : `${count(from)} – ${count(next - 1)}`;
}

function Failures({ refused, skips }) {
  const all = refused?.failures ?? [];
  return html`
    <section class="panel flush" aria-label="Failures">
      <h2>Failures <span class="hint">events that it refused and that were skipped</span></h2>
      ${all.length === 0 ? html`<p class="state small">${!refused ? "Loading …" : skips ? "None." : "None: it stops at an event that is refused (on_refused=stop)."}</p>` : html`
        <div class="table-panel" tabindex="0" role="region" aria-label="Table of failures"><table>
          <thead><tr><th>Position</th><th>Time</th><th>Reason</th></tr></thead>
          <tbody>${all.slice(0, MAX_FAILURES).map(({ seq, reason, refused_at: at }) => html`
            <tr key=${seq}><td>${count(seq)}</td>
              <td><time datetime=${at} title=${utc(at)}>${dateTime(at)}</time></td>
              <td><${Name} text=${reason} /></td></tr>`)}</tbody>
        </table></div>
        ${all.length > MAX_FAILURES && html`<p class="state small">and ${plural(all.length - MAX_FAILURES, "other")}</p>`}`}
    </section>
  `;
}

function Settings({ one }) {
  const filters = filtersOf(one);
  const options = optionsOf(one);
  const field = (name, value) => html`<div class="field"><dt>${name}</dt><dd>${value}</dd></div>`;
  const list = (values, none) => (values.length === 0 ? none : values.map((value) => html`<span key=${value} class="mono setting-value">${value}</span>`));
  return html`
    <section class="panel sample" aria-label="Settings">
      <h2>Settings</h2>
      <dl>
        ${field("URL", html`<span class="mono">${one.url}</span>`)}
        ${field("Made by", `${MADE_BY[one.made_by] ?? one.made_by}${one.made_by === "environment" ? ": change it there (DESTINATIONS)" : ""}`)}
        ${field("Guarantee", one.guarantee === "handed_over" ? `${promiseOf(one)}: the protocol knows no answer` : promiseOf(one))}
        ${field("Events", list(filters, "All"))}
        ${one.agent_prefix && field("Agents", html`whose ids begin with <${Name} text=${one.agent_prefix} />`)}
        ${field("If refused", one.on_refused === "skip" ? "Skip the event and keep its position" : "Stop")}
        ${options.length > 0 && field("Options", list(options))}
        ${one.secrets.length > 0 && field("Secrets", html`${list(one.secrets)} <span class="muted">are set; nobody can read them</span>`)}
      </dl>
    </section>
  `;
}
