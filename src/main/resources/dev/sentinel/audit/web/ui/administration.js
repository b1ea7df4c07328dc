// What only administrators see. The server refuses the others; the views need not ask it to say why.
import { getJson, hasPageToken } from "./api.js";
import { html, useCallback, useEffect, useState } from "./dom.js";
import { Empty } from "./states.js";

/** Why this page may not administer the server, as a sentence; null if it may.
 *
 * @param signedIn whether the server asks for a key
 * @param admin whether the key has the scope
 */
export function barrier(signedIn, admin) {
  if (!signedIn) return null;
  if (!admin) return "Sign in with a key that has the scope admin.";
  if (!isSecureContext) return "Browsers say which page asks only over TLS, and the server must know that. Use https.";
  return hasPageToken() ? null : "Another tab signed in. Sign out and in again here, to administer from this tab.";
}

/** Shown instead of a view that only administrators see.
 *
 * @param why see {@link barrier}
 */
export function Barred({ title, why }) {
  return html`
    <div class="view"><div class="toolbar"><h1>${title}</h1></div>
      <${Empty} title="Not available for this key."><p>${why}</p><//></div>
  `;
}

/** What a path answers to an administrator, loaded repeatedly: {answer, error, reload}. The answer stays while the server
 * cannot be reached.
 *
 * @param path null to load nothing
 */
export function usePolled(path, refreshMs) {
  const [state, setState] = useState({});
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    if (path === null) return undefined;
    const controller = new AbortController();
    let timer;
    const ask = async () => {
      try {
        const answer = await getJson(path, {}, { signal: controller.signal, asAdmin: true });
        setState({ path, answer, error: null });
      } catch (error) {
        if (error.name === "AbortError") return;
        setState((old) => ({ path, answer: old.path === path ? old.answer : undefined, error }));
      }
      timer = setTimeout(ask, document.hidden ? refreshMs * 5 : refreshMs);
    };
    ask();
    return () => {
      controller.abort();
      clearTimeout(timer);
    };
  }, [path, refreshMs, attempt]);
  const reload = useCallback(() => setAttempt((old) => old + 1), []);
  return { ...(state.path === path ? state : {}), reload };
}
