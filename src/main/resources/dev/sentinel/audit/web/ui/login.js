// Asks for a key where the server wants one.
import { signIn } from "./api.js";
import { html, useEffect, useRef, useState } from "./dom.js";

/** @param onSignedIn told when the key was good */
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
      input.current.select();
    }
  };
  return html`
    <main class="login">
      <form class="panel" onSubmit=${submit}>
        <h1>Sentinel</h1>
        <p>This server asks for a key that may read. An operator makes one with</p>
        <pre tabindex="0" role="region" aria-label="Command">bin/sentinel keys create --scope read --name me</pre>
        <label for="token">Key</label>
        <input id="token" ref=${input} type="password" class="field-input" autocomplete="current-password" required
          placeholder="snt_…" aria-invalid=${state.error !== null} aria-describedby="login-error" />
        <p id="login-error" class="wrong" role="alert">${state.error?.message ?? ""}</p>
        <button class="button primary" type="submit" disabled=${state.busy}>Sign in</button>
        <p class="muted">It is kept in a cookie of this browser until you sign out or close it, and can only be used to read.</p>
      </form>
    </main>
  `;
}
