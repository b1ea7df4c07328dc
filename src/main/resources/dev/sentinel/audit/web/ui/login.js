// Asks for a key if the server requires one.
import { signIn } from "./api.js";
import { html, useEffect, useRef, useState } from "./dom.js";

/** @param onSignedIn called when the key was accepted */
export function Login({ onSignedIn }) {
  const input = useRef(null);
  const [state, setState] = useState({ busy: false, error: null });
  useEffect(() => input.current.focus(), []);

  const submit = async (event) => {
    event.preventDefault();
    setState({ busy: true, error: null });
    try {
      await signIn(input.current.value.trim());
      onSignedIn();
    } catch (error) {
      setState({ busy: false, error });
      // The form may be gone by now.
      input.current?.select();
    }
  };
  return html`
    <main class="login">
      <form class="panel" onSubmit=${submit}>
        <h1>Sentinel</h1>
        <p>This server requires a key with the scope <code>read</code>. An operator creates one with</p>
        <pre tabindex="0" role="region" aria-label="Command">bin/sentinel keys create --scope read --name me</pre>
        <label for="token">Key</label>
        <input id="token" ref=${input} type="password" class="field-input" autocomplete="current-password" required
          placeholder="snt_…" aria-invalid=${state.error !== null} aria-describedby="login-error" />
        <p id="login-error" class="wrong" role="alert">${state.error?.message ?? ""}</p>
        <button class="button primary" type="submit" disabled=${state.busy}>Sign in</button>
        <p class="muted">The session ends when you sign out or close the browser, and after 12 hours.</p>
      </form>
    </main>
  `;
}
