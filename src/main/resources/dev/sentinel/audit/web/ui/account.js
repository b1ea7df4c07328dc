// Who is signed in.
import { signOut } from "./api.js";
import { html, useLayoutEffect, useRef } from "./dom.js";
import { dateTime, utc } from "./format.js";
import { Name } from "./names.js";

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
      ${signedIn ? html`<${Who} who=${who} />` : html`<p class="muted">This server asks for no key: whoever reaches it may read and write everything.</p>`}
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
      <div><dt>Expires</dt><dd>${expires ? html`<time datetime=${expires} title=${utc(expires)}>${dateTime(expires)}</time>` : "never"}</dd></div>
    </dl>
  `;
}
