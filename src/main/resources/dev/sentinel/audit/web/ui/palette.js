// Goes anywhere by typing (Ctrl+K, or Command+K on a Mac): to a view, to what an id names, or to a search.
import { classes, html, useEffect, useLayoutEffect, useRef, useState } from "./dom.js";
import { lookUp } from "./identify.js";
import { Name } from "./names.js";
import { href, visit } from "./route.js";
import { savedViews } from "./savedviews.js";

/** While the user types, the server is asked no more often than this. */
const PAUSE_MS = 150;

/** @param sections the views, each {label, href} */
export function Palette({ sections, onClose }) {
  const dialog = useRef(null);
  const [text, setText] = useState("");
  const [named, setNamed] = useState([]);
  const [views, setViews] = useState([]);
  const [chosen, choose] = useState(0);
  useLayoutEffect(() => dialog.current.showModal(), []);
  useEffect(() => {
    const controller = new AbortController();
    // Without them, the palette still leads to the rest.
    savedViews(controller.signal).then(setViews, () => {});
    return () => controller.abort();
  }, []);
  useEffect(() => {
    const value = text.trim();
    setNamed([]);
    if (!value) return undefined;
    let current = true;
    const timer = setTimeout(() => lookUp(value).then((found) => current && setNamed(found)), PAUSE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [text]);

  const typed = text.trim();
  const fits = (name) => name.toLowerCase().includes(typed.toLowerCase());
  const targets = [
    ...named.map((one) => ({ ...one, href: targetOf(one) })),
    ...sections.filter(({ label }) => fits(label)).map((section) => ({ kind: "view", id: section.label, href: section.href })),
    ...views.filter(({ name }) => fits(name)).map((view) => ({ kind: "saved", id: view.name, href: view.href })),
    ...(typed ? [{ kind: "search", id: typed, href: href("events", { query: typed }) }] : []),
  ];
  const at = Math.min(chosen, targets.length - 1);
  const take = (target) => {
    dialog.current.close();
    // Not only by the event, which may come after the next Ctrl+K.
    onClose();
    visit(target.href);
  };
  const pressed = (event) => {
    if (event.key === "ArrowDown") choose((at + 1) % targets.length);
    else if (event.key === "ArrowUp") choose((at + targets.length - 1) % targets.length);
    else if (event.key === "Enter" && targets[at]) take(targets[at]);
    else return;
    event.preventDefault();
  };
  return html`
    <dialog class="palette" ref=${dialog} aria-label="Go to" onClose=${(event) => event.target.isConnected && onClose()}
      onClick=${(event) => event.target === dialog.current && dialog.current.close()}>
      <input type="text" class="field-input" role="combobox" aria-label="Go to" aria-expanded="true" aria-controls="targets" aria-autocomplete="list"
        aria-activedescendant=${targets.length > 0 ? `target-${at}` : undefined} autocomplete="off" spellcheck="false"
        placeholder="A view, a saved one, or the id of a run, session, agent or event" value=${text}
        onInput=${(event) => {
          setText(event.target.value);
          choose(0);
        }} onKeyDown=${pressed} />
      <ul id="targets" role="listbox" aria-label="Targets">
        ${targets.map((target, index) => html`
          <li key=${`${target.kind} ${target.id}`} id=${`target-${index}`} role="option" aria-selected=${index === at}
            class=${classes("target", index === at && "chosen")} onClick=${() => take(target)}>
            <span class="muted">${target.kind}</span> <${Name} text=${target.id} /></li>
        `)}
      </ul>
    </dialog>
  `;
}

function targetOf({ kind, id }) {
  if (kind === "run") return href("trace", { id });
  if (kind === "session") return href("sessions", { id });
  return kind === "agent" ? href("agent", { id }) : href("events", { event: id });
}
