// The views that people keep on the server: names for URLs of the dashboard.
import { change, getJson, hasPageToken } from "./api.js";
import { base, endpoint } from "./base.js";
import { CopyButton } from "./clipboard.js";
import { html, useEffect, useLayoutEffect, useRef, useState } from "./dom.js";
import { Name } from "./names.js";
import { current, href } from "./route.js";
import { Loading } from "./states.js";

const PATH = "/v1/views";

/** What the server takes. A copy of its database that somebody changed may have others. */
const OF_DASHBOARD = /^\/ui\/[a-z]*(\?[\x21-\x7e]*)?$/;

/** The kept views, each {id, name, href}, by name. */
export async function savedViews(signal) {
  const { views } = await getJson(PATH, {}, { signal });
  return views.filter(({ path }) => OF_DASHBOARD.test(path)).map((view) => ({ ...view, href: base + view.path }));
}

const MEMBERS = { "/name": "The name", "/path": "The view" };

/** Why the server refuses a view. */
function reason({ message, errors = [] }) {
  return errors.map(({ pointer, detail }) => `${MEMBERS[pointer] ?? "The view"} ${detail}.`).join(" ") || message;
}

/** The path of the view that is shown. */
function shown() {
  const { view, params } = current();
  return href(view, params).slice(base.length);
}

/**
 * @param title what the view that is shown is called
 * @param signedIn whether the server asks for a key
 */
export function SavedViews({ title, signedIn, onClose }) {
  const dialog = useRef(null);
  const [views, setViews] = useState(null);
  const [{ text, wrong, undo }, say] = useState({ text: "" });
  const [renamed, rename] = useState(null);
  const writes = !signedIn || hasPageToken();
  useLayoutEffect(() => dialog.current.showModal(), []);
  useEffect(() => {
    load();
  }, []);
  const load = async () => {
    try {
      setViews(await savedViews());
    } catch (error) {
      setViews((old) => old ?? []);
      say({ text: error.message, wrong: true });
    }
  };
  /** Says what was done, or why it was not. */
  const attempt = async (work, done) => {
    try {
      await work();
      say(done);
      rename(null);
    } catch (error) {
      say({ text: reason(error), wrong: true });
    }
    await load();
  };
  const save = (event) => {
    event.preventDefault();
    const name = event.target.elements.name.value;
    attempt(() => change("POST", PATH, { name, path: shown() }), { text: `Saved “${name}”.` });
  };
  const remove = ({ id, name, path }) => attempt(() => change("DELETE", `${PATH}/${id}`), {
    text: `Removed “${name}”.`,
    undo: () => attempt(() => change("POST", PATH, { name, path }), { text: `“${name}” is back.` }),
  });
  const give = (event, { id }) => {
    event.preventDefault();
    const name = event.target.elements.name.value;
    attempt(() => change("PATCH", `${PATH}/${id}`, { name }), { text: `Renamed to “${name}”.` });
  };
  return html`
    <dialog class="saved-views" ref=${dialog} aria-labelledby="views-title" onClose=${onClose}
      onClick=${(event) => (event.target === dialog.current || event.target.closest("a")) && dialog.current.close()}>
      <h2 id="views-title">Saved views</h2>
      ${writes ? html`
        <form class="save-view" onSubmit=${save}>
          <label>Save what is shown as <input class="field-input" name="name" required maxlength="100" autocomplete="off" defaultValue=${title} /></label>
          <button type="submit" class="button primary">Save</button>
        </form>
      ` : html`<p class="muted">Another tab signed in. Sign out and in again here, to save views from this tab.</p>`}
      <p class=${wrong ? "wrong" : "said muted"} role="status">${text}${undo && html` <button type="button" class="link" onClick=${undo}>Undo</button>`}</p>
      ${views === null && html`<${Loading} what="views" />`}
      ${views?.length === 0 && html`<p class="muted">${signedIn ? "This key has" : "This server has"} no views yet. A view keeps its filters, its range and what is open.</p>`}
      <ul>
        ${views?.map((view) => html`
          <li key=${view.id}>
            ${renamed === view.id ? html`
              <form class="save-view" onSubmit=${(event) => give(event, view)}>
                <input class="field-input" name="name" aria-label=${`New name of ${view.name}`} required maxlength="100" autocomplete="off" autofocus
                  defaultValue=${view.name} ref=${(input) => input?.select()} />
                <button type="submit" class="button">Rename</button>
              </form>
            ` : html`
              <a href=${view.href}><${Name} text=${view.name} /></a>
              <span class="view-tools">
                <${CopyButton} compact text=${endpoint + view.path} label=${`Copy the link of ${view.name}`} />
                ${writes && html`
                  <button type="button" class="link" onClick=${() => rename(view.id)}>Rename<span class="visually-hidden"> ${view.name}</span></button>
                  <button type="button" class="link" onClick=${() => remove(view)}>Remove<span class="visually-hidden"> ${view.name}</span></button>`}
              </span>
            `}
          </li>
        `)}
      </ul>
      <button type="button" class="button" onClick=${() => dialog.current.close()}>Close</button>
    </dialog>
  `;
}
