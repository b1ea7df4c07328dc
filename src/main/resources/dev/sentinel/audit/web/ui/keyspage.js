// The keys with which programs and people authenticate: what each may do, and whether it is in use.
import { Barred, usePolled } from "./administration.js";
import { change, url } from "./api.js";
import { CopyButton } from "./clipboard.js";
import { Confirm } from "./confirm.js";
import { html, useLayoutEffect, useRef, useState } from "./dom.js";
import { ago, dateTime, formatted, plural, utc } from "./format.js";
import { Name } from "./names.js";
import { Empty, Failed, Loading } from "./states.js";
import { Table } from "./table.js";

const PATH = "/v1/keys";
const REFRESH_MS = 10_000;
const DAY_MS = 86_400_000;

/** A key that ends within this time is marked. */
const SOON_MS = 7 * DAY_MS;

/** By urgency; each has a shape, for those who cannot tell the colors apart. */
const STATES = {
  __proto__: null,
  active: { label: "Active", order: 0, style: "d-running" },
  expired: { label: "Expired", order: 1, style: "d-paused" },
  revoked: { label: "Revoked", order: 2, style: "d-revoked" },
};

const LIFETIMES = [["30 days", 30], ["90 days", 90], ["1 year", 365], ["no end", ""]];

const SCOPES = [["ingest", "send events"], ["read", "search, export, and use the dashboard"], ["admin", "everything, keys and destinations too"]];

/** @param user the id of the key that is signed in */
export function Keys({ signedIn, user, barred }) {
  if (barred) return html`<${Barred} title="Keys" why=${barred} />`;
  if (!signedIn) return html`<${Open} />`;
  return html`<${All} user=${user} />`;
}

/** On a server that asks for no key. */
function Open() {
  return html`
    <div class="view"><div class="toolbar"><h1>Keys</h1><${Guide} /></div>
      <${Empty} title="This server asks for no key.">
        <p>Everyone who reaches it may read and write everything. Make the first key on its machine. From then on the server asks for one, unless <code>AUTH=none</code> says otherwise.</p>
        <p><code>bin/sentinel keys create --name me --scope admin</code></p>
      <//></div>
  `;
}

function Guide() {
  return html`<a class="guide" href=${url("/docs/security#keys")} target="_blank" rel="noopener">How keys work</a>`;
}

function All({ user }) {
  const { answer, error, reload } = usePolled(PATH, REFRESH_MS);
  const keys = answer?.keys ?? [];
  const active = keys.filter(({ state }) => state === "active").length;
  return html`
    <div class="view keys-page">
      <div class="toolbar">
        <h1>Keys</h1>
        ${answer && html`<span class="muted" role="status">${plural(active, "active key")} of ${keys.length}</span>`}
        ${answer && html`<${New} onDone=${reload} />`}
        <${Guide} />
      </div>
      ${error && html`<${Failed} error=${error} onRetry=${reload} />`}
      ${!answer && !error && html`<${Loading} what="keys" />`}
      ${user === "api_token" && html`<p class="muted key-note">You are signed in with the token of <code>API_TOKEN</code>, which is not among the keys.</p>`}
      ${answer && keys.length === 0 && html`<${Empty} title="There is no key yet."><p>Make one for each program and person: it can end on its own, and be revoked alone.</p><//>`}
      ${keys.length > 0 && html`
        <div class="panel flush"><${Table} label="Table of keys" columns=${columns(user, reload)} rows=${keys} idOf=${({ id }) => id} first="state" stacked /></div>
      `}
    </div>
  `;
}

function State({ of: { state } }) {
  const { label, style } = STATES[state] ?? { label: state, style: "" };
  return html`<span class=${`status ${style}`}><span class="dot" aria-hidden="true"></span>${label}</span>`;
}

/** A time, or a word for none. */
function When({ at, otherwise, words = ago }) {
  return at ? html`<time datetime=${at} title=${`${dateTime(at)}, ${utc(at)}`}>${words(at)}</time>` : html`<span class="muted">${otherwise}</span>`;
}

function Expiry({ of: { expires_at: at, state } }) {
  const soon = at && state === "active" && Date.parse(at) - Date.now() < SOON_MS;
  return html`<span class=${soon ? "denied" : ""}><${When} at=${at} otherwise="Never" words=${day} />${soon && " (soon)"}</span>`;
}

const date = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });

function day(at) {
  return formatted(date, at);
}

const time = (at, otherwise) => Date.parse(at) || otherwise;

const columns = (user, reload) => ({
  state: { label: "State", by: ({ state }) => STATES[state]?.order ?? 9, cell: (key) => html`<${State} of=${key} />` },
  name: {
    label: "Key", by: ({ name }) => name,
    cell: ({ id, name }) => html`<span><${Name} text=${name} />${id === user && html` <span class="mark">you</span>`} <span class="second muted mono">${id}</span></span>`,
  },
  scopes: { label: "Scopes", by: ({ scopes }) => scopes.join(), cell: ({ scopes }) => scopes.join(", ") },
  agents: {
    label: "Agents", by: ({ agent_prefix: prefix }) => prefix,
    cell: ({ agent_prefix: prefix }) => (prefix ? html`<span><span class="mono"><${Name} text=${prefix} /></span>…</span>` : html`<span class="muted">All</span>`),
  },
  limit: { label: "Rate limit", by: ({ rate_limit: limit }) => limit ?? "", cell: ({ rate_limit: limit }) => limit ?? html`<span class="muted">Server's</span>` },
  created: { label: "Created", by: ({ created_at: at }) => time(at, 0), cell: ({ created_at: at }) => html`<${When} at=${at} otherwise="–" words=${day} />` },
  expires: { label: "Expires", by: ({ expires_at: at }) => time(at, Infinity), cell: (key) => html`<${Expiry} of=${key} />` },
  used: { label: "Last used", by: ({ last_used_at: at }) => time(at, 0), cell: ({ id, last_used_at: at }) => (id === user ? "Now" : html`<${When} at=${at} otherwise="Never" />`) },
  steer: { label: "Actions", cell: (key) => key.state === "active" && html`<${Revoke} of=${key} own=${key.id === user} onDone=${reload} />` },
});

function Revoke({ of: { id, name }, own, onDone }) {
  const [asked, ask] = useState(false);
  const revoke = async () => {
    await change("POST", `${PATH}/${encodeURIComponent(id)}/revoke`);
    onDone();
  };
  return html`
    <button type="button" class="button" aria-haspopup="dialog" onClick=${() => ask(true)}>Revoke<span class="visually-hidden"> ${name}</span></button>
    ${asked && html`
      <${Confirm} title=${`Revoke ${name}?`} verb="Revoke it" onConfirm=${revoke} onClose=${() => ask(false)}>
        <p>Programs and people that use the key <span class="mono">${id}</span> are refused at once. This cannot be undone; a new key has another secret.</p>
        ${own && html`<p class="wrong">You are signed in with this key. Revoking it signs you out.</p>`}
      <//>
    `}
  `;
}

function New({ onDone }) {
  const [asked, ask] = useState(false);
  const [token, show] = useState(null);
  const create = async (form) => {
    const { name, prefix, limit, days } = form.elements;
    const answer = await change("POST", PATH, {
      name: name.value,
      scopes: SCOPES.map(([scope]) => scope).filter((scope) => form.elements[scope].checked),
      agent_prefix: prefix.value,
      ...(limit.value && { rate_limit: limit.value.trim() }),
      ...(days.value && { expires_at: new Date(Date.now() + Number(days.value) * DAY_MS).toISOString() }),
    });
    show(answer.token);
    onDone();
  };
  return html`
    <button type="button" class="button" aria-haspopup="dialog" onClick=${() => ask(true)}>New key</button>
    ${asked && html`
      <${Confirm} title="New key" verb="Make it" onConfirm=${create} onClose=${() => ask(false)}>
        <div class="fields">
          <label>What it is for <input class="field-input" name="name" required maxlength="100" autocomplete="off" placeholder="billing agents" autofocus /></label>
          <fieldset><legend>It may</legend>
            ${SCOPES.map(([scope, what]) => html`
              <label key=${scope}><input type="checkbox" name=${scope} defaultChecked=${scope === "ingest"} /> <span class="mono">${scope}</span> <span class="muted">${what}</span></label>`)}
          </fieldset>
          <label>Only agents whose ids begin with <input class="field-input mono" name="prefix" maxlength="255" autocomplete="off" spellcheck="false" placeholder="all agents" /></label>
          <label>Expires after <select class="field-input" name="days">
            ${LIFETIMES.map(([label, value]) => html`<option key=${label} value=${value} selected=${value === 90}>${label}</option>`)}</select></label>
          <label>Rate limit <input class="field-input mono" name="limit" autocomplete="off" spellcheck="false" placeholder="that of the server, or 1000/minute" /></label>
        </div>
      <//>
    `}
    ${token && html`<${Secret} token=${token} onClose=${() => show(null)} />`}
  `;
}

/** Shows a secret once. Only its button closes it: a click beside it would lose the secret. */
function Secret({ token, onClose }) {
  const dialog = useRef(null);
  useLayoutEffect(() => dialog.current.showModal(), []);
  return html`
    <dialog class="confirm secret" ref=${dialog} aria-labelledby="secret-title" onClose=${onClose} onCancel=${(event) => event.preventDefault()}>
      <h2 id="secret-title">The new key</h2>
      <p>Copy it now. The server keeps only its hash, so nobody can show it again.</p>
      <pre tabindex="0" role="region" aria-label="The key">${token}</pre>
      <p class="confirm-buttons"><${CopyButton} text=${token} label="Copy the key" />
        <button type="button" class="button primary" onClick=${() => dialog.current.close()}>I have copied it</button></p>
    </dialog>
  `;
}
