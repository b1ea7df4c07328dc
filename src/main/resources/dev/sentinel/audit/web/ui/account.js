// The dialog that names the key of the session, and sets theme and density of this browser.
import { signOut } from "./api.js";
import { DENSITIES, THEMES, useChoice } from "./appearance.js";
import { html, useLayoutEffect, useRef } from "./dom.js";
import { formatted, utc } from "./format.js";
import { Name } from "./names.js";

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short", hourCycle: "h23" });

/**
 * @param who what the server says of the session
 * @param signedIn whether the server asks for a key
 */
export function Account({ who, signedIn, onSignedOut, onClose }) {
  const dialog = useRef(null);
  useLayoutEffect(() => dialog.current.showModal(), []);
  return html`
    <dialog class="account" ref=${dialog} aria-labelledby="account-title" onClose=${onClose}
      onClick=${(event) => event.target === dialog.current && dialog.current.close()}>
      <h2 id="account-title">${signedIn ? "Signed in as" : "Not signed in"}</h2>
      ${signedIn ? html`<${Who} who=${who} />` : html`<p class="muted">This server asks for no key: everyone who reaches it may read and write everything.</p>`}
      <h2>Appearance</h2>
      <${Choice} name="theme" label="Theme" options=${THEMES} />
      <${Choice} name="density" label="Density" options=${DENSITIES} />
      <p class="muted">Kept in this browser.</p>
      <p class="confirm-buttons">
        ${signedIn && html`<button type="button" class="button" onClick=${() => signOut().then(onSignedOut)}>Sign out</button>`}
        <button type="button" class="button" onClick=${() => dialog.current.close()}>Close</button>
      </p>
    </dialog>
  `;
}

function Who({ who: { key, name, scopes, agent_prefix: prefix, expires } }) {
  return html`
    <dl class="who-am-i">
      <div><dt>Key</dt><dd>${name ? html`<strong><${Name} text=${name} /></strong> <span class="mono">${key}</span>` : html`the token of <code>API_TOKEN</code>`}</dd></div>
      <div><dt>Scopes</dt><dd>${scopes.join(", ")}</dd></div>
      <div><dt>Agents</dt><dd>${prefix ? html`those that begin with <span class="mono"><${Name} text=${prefix} /></span>` : "all"}</dd></div>
      <div><dt>Expires</dt><dd>${expires ? html`<time datetime=${expires} title=${utc(expires)}>${formatted(moment, expires)}</time>` : "never"}</dd></div>
    </dl>
  `;
}

/** Radio buttons in a row: the arrow keys move between them. */
function Choice({ name, label, options }) {
  const [chosen, choose] = useChoice(name, options);
  return html`
    <fieldset class="choice"><legend>${label}</legend>
      ${options.map(([value, text]) => html`
        <label key=${value}><input type="radio" name=${name} value=${value} checked=${chosen === value} onChange=${() => choose(value)} /> ${text}</label>
      `)}
    </fieldset>
  `;
}
