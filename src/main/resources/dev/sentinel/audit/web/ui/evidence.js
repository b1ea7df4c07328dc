// The signed log: its state, its newest checkpoint, its keys, and how to verify it elsewhere.
import { url } from "./api.js";
import { endpoint } from "./base.js";
import { CopyButton, shellQuote } from "./clipboard.js";
import { classes, html } from "./dom.js";
import { ago, count, dateTime, plural, utc } from "./format.js";
import { signingState } from "./health.js";
import { Icon } from "./icons.js";
import { useSignedLog } from "./signedlog.js";
import { Empty, Failed, Loading } from "./states.js";

/** The states of the server in a few words. Those with an alarm need a person. */
const STATES = {
  __proto__: null,
  starting: { label: "Starting" },
  "catching-up": { label: "Catching up" },
  signing: { label: "Signing" },
  following: { label: "Another server signs" },
  "no-key": { label: "No signing key" },
  fork: { label: "Fork", alarm: true, signs: true },
  failing: { label: "Failing", alarm: true },
  "key-in-use": { label: "Key in use", alarm: true },
  "rolled-back": { label: "Rolled back", alarm: true },
  contradiction: { label: "Contradiction", alarm: true },
  moved: { label: "Moved", alarm: true },
  "key-lost": { label: "Key lost", alarm: true },
  "memory-lost": { label: "Memory lost", alarm: true },
};

export function Evidence({ health, signedIn }) {
  return html`
    <div class="view evidence">
      <div class="toolbar"><h1>Evidence</h1></div>
      ${health === null ? html`<${Loading} what="the signed log" />`
        : signingState(health) === "off" ? html`<${Off} />`
          : html`<${SignedLog} signedIn=${signedIn} />`}
    </div>
  `;
}

function Off() {
  return html`<${Empty} title="This server does not sign its log, because EVIDENCE is off." />`;
}

function SignedLog({ signedIn }) {
  const { status, checkpoint, keys, error } = useSignedLog();
  if (error?.status === 404) return html`<${Off} />`;
  if (!status) return error ? html`<${Failed} error=${error} />` : html`<${Loading} what="the signed log" />`;
  const { label, alarm, signs } = STATES[status.state] ?? { label: status.state };
  return html`
    ${error && html`<${Failed} error=${error} />`}
    ${alarm && html`
      <div class="state failed alarm" role="alert">
        <p class="state-title">${signs ? "A witness knows another history of this log." : "New events are recorded but not signed."}</p>
        <p>${sentence(status.meaning)}</p>
      </div>
    `}
    <${Tiles} status=${status} checkpoint=${checkpoint} label=${label} alarm=${alarm} />
    ${checkpoint && html`
      <${Checkpoint} status=${status} checkpoint=${checkpoint} />
      ${status.witnesses && html`<${Witnesses} status=${status} />`}
      <${Keys} keys=${keys} />
      <${Commands} signedIn=${signedIn} vkey=${keys[0]} />
    `}
  `;
}

function Tiles({ status, checkpoint, label, alarm }) {
  const { events, signed_at: signedAt } = status;
  // The checkpoint may be newer than the state.
  const uncovered = checkpoint ? Math.max(0, events - checkpoint.size) : events;
  return html`
    <div class="tiles">
      <div class=${classes("tile", alarm && "bad")}><span class="tile-name">State</span>
        <span class="tile-value">${label}</span>
        ${!alarm && html`<span class="tile-note">${sentence(status.meaning)}</span>`}</div>
      <div class="tile"><span class="tile-name">Events covered</span>
        <span class="tile-value">${checkpoint ? count(checkpoint.size) : "–"}</span>
        <span class="tile-note">${uncovered === 0 ? "All events of the log"
          : `${plural(uncovered, "event")} not covered${alarm ? "" : " yet"}`}</span></div>
      <div class="tile"><span class="tile-name">Newest checkpoint</span>
        <span class="tile-value">${checkpoint ? age(signedAt) : "–"}</span>
        <span class="tile-note">${checkpoint ? html`<time datetime=${signedAt} title=${utc(signedAt)}>${dateTime(signedAt)}</time>`
          : "None since the server started"}</span></div>
    </div>
  `;
}

function Checkpoint({ status, checkpoint }) {
  const { text, origin, size, root } = checkpoint;
  return html`
    <section class="panel sample" aria-label="Newest checkpoint">
      <header><h2>Newest checkpoint</h2>
        <span class="sample-actions">
          <${CopyButton} label="Copy" text=${text} />
          <a class="button" href=${url("/log/checkpoint")} download="checkpoint.txt"><${Icon} name="download" /> Download</a>
        </span></header>
      <p>Keep checkpoints where the operators of this server cannot change them. Later, an old checkpoint shows
        whether an earlier event was changed or removed.</p>
      <dl>
        <div class="field"><dt>Origin</dt><dd><span class="mono">${origin}</span> <${CopyButton} compact text=${origin} label="Copy the origin" /></dd></div>
        <div class="field"><dt>Size</dt><dd>${plural(size, "event")}</dd></div>
        <div class="field"><dt>Root</dt><dd><span class="mono">${root}</span> <${CopyButton} compact text=${root} label="Copy the root" /></dd></div>
      </dl>
      <pre tabindex="0" role="region" aria-label="Text of the checkpoint">${text}</pre>
    </section>
  `;
}

const WITNESS_STATES = {
  __proto__: null,
  waiting: "Not asked yet",
  cosigned: "Cosigned",
  failing: "Did not cosign",
  fork: "Knows another history",
};

function Witnesses({ status }) {
  const { witnesses, witnessed_size: size } = status;
  return html`
    <section class="panel sample" aria-label="Witnesses">
      <h2>Witnesses</h2>
      <p>${size === undefined ? "No checkpoint has the quorum of witnesses yet."
        : html`The witnesses that the policy asks for have cosigned the checkpoint of ${plural(size, "event")}.
          <a href=${url("/log/checkpoint?witnessed=true")} download="witnessed.txt">Download it</a>`}</p>
      <dl>${witnesses.map((witness) => html`
        <div class="field" key=${witness.name}><dt>${witness.name}</dt>
          <dd class=${classes(witness.state === "fork" && "wrong")}>${WITNESS_STATES[witness.state] ?? witness.state}${witness.reason && `: ${witness.reason}`}.${" "}
            ${witness.cosigned_at && html`Last cosigned ${plural(witness.size, "event")}, ${age(witness.cosigned_at)}.`}</dd></div>
      `)}</dl>
    </section>
  `;
}

function Keys({ keys }) {
  return html`
    <section class="panel sample keys" aria-label="Public keys">
      <h2>Public ${keys.length === 1 ? "key" : "keys, newest first"}</h2>
      <p>A key from this page shows only that the log agrees with itself. Get the key from the operator in another way, and compare the two.</p>
      <ul>${keys.map((key) => html`
        <li key=${key}><span class="mono">${key}</span> <${CopyButton} compact text=${key} label="Copy the key" /></li>
      `)}</ul>
    </section>
  `;
}

function Commands({ signedIn, vkey }) {
  const token = signedIn ? ' \\\n  -H "Authorization: Bearer $SENTINEL_TOKEN"' : "";
  const verify = `bin/sentinel verify --url ${endpoint} --key ${shellQuote(vkey)}`;
  const fetch = `curl -sS ${endpoint}/log/checkpoint -o checkpoint.txt${token}`;
  return html`
    <section class="panel sample" aria-label="Verify">
      <header><h2>Verify the log</h2><${CopyButton} label="Copy the command" text=${verify} /></header>
      <p>This page verifies nothing itself. Run the command on another machine${signedIn && html`, with a key of the scope <code>read</code> in <code>SENTINEL_TOKEN</code>`}.</p>
      <pre tabindex="0" role="region" aria-label="Command that verifies the log">${verify}</pre>
    </section>
    <section class="panel sample" aria-label="Fetch a checkpoint">
      <header><h2>Fetch a checkpoint</h2><${CopyButton} label="Copy the command" text=${fetch} /></header>
      <pre tabindex="0" role="region" aria-label="Command that fetches a checkpoint">${fetch}</pre>
    </section>
  `;
}

/** Unlike {@link ago}, also the first seconds: checkpoints are signed every second while events arrive. */
function age(signedAt) {
  const seconds = Math.max(0, Math.round((Date.now() - Date.parse(signedAt)) / 1000));
  return seconds < 5 ? `${seconds} s ago` : ago(signedAt);
}

/** The server's words begin in lower case and have no full stop. */
function sentence(meaning) {
  return `${meaning[0].toUpperCase()}${meaning.slice(1)}.`;
}
