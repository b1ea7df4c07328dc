// Where the user is: a view and its parameters, all of it in the URL, so that any view can be shared, reloaded and gone
// back to. Ids are parameters, not segments of the path: an agent may be called "..".
import { useEffect, useState } from "./dom.js";

const BASE = "/ui/";
const listeners = new Set();

/** The URL of a view. Parameters that are empty are left out. */
export function href(view, params = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value !== undefined && value !== null && value !== "" && value !== false) {
      query.set(name, value === true ? "1" : value);
    }
  }
  const text = query.toString();
  return BASE + (view === "overview" ? "" : view) + (text ? `?${text}` : "");
}

export function current() {
  return {
    view: location.pathname.slice(BASE.length) || "overview",
    params: Object.fromEntries(new URLSearchParams(location.search)),
  };
}

/** Shows a view. With `replace`, "back" skips what is shown now. */
export function go(view, params, { replace = false } = {}) {
  visit(href(view, params), replace);
}

/** Changes some parameters of the view that is shown; null takes one away. */
export function update(changes, { replace = false } = {}) {
  const { view, params } = current();
  visit(href(view, { ...params, ...changes }), replace);
}

export function useRoute() {
  const [route, setRoute] = useState(current);
  useEffect(() => {
    const listener = () => setRoute(current());
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, []);
  return route;
}

/** Follows links between views without loading the page anew. To be called once. */
export function start() {
  addEventListener("popstate", tell);
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    const plain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
    if (!link || !plain || event.defaultPrevented || link.target || link.hasAttribute("download")) return;
    const url = new URL(link.href);
    if (url.origin !== location.origin || !url.pathname.startsWith(BASE)) return;
    // A place within this page.
    if (url.hash && url.pathname + url.search === location.pathname + location.search) return;
    event.preventDefault();
    visit(url.pathname + url.search, false);
  });
}

function visit(url, replace) {
  if (url === location.pathname + location.search) return;
  history[replace ? "replaceState" : "pushState"](null, "", url);
  tell();
}

function tell() {
  for (const listener of [...listeners]) listener();
}
