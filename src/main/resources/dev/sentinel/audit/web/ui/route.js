// Routing: the view and its parameters are in the URL, so that every view can be shared, reloaded and returned to. Ids
// are parameters, not path segments, because an agent may be named "..".
import { base } from "./base.js";
import { useEffect, useState } from "./dom.js";

const BASE = `${base}/ui/`;
const listeners = new Set();

/** The URL of a view. Empty parameters are omitted. */
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

/** Shows a view. With `replace`, the current view is not kept in the history. */
export function go(view, params, { replace = false } = {}) {
  visit(href(view, params), replace);
}

/** Opens a part of the view, such as the details of an event, by a parameter. Back closes it; going from one to the
 * next adds nothing to the history.
 */
export function openPart(name, id) {
  const replace = current().params[name] !== undefined;
  update({ [name]: id }, { replace });
  if (!replace) history.replaceState({ opened: name }, "");
}

/** Closes what {@link openPart} opened. */
export function closePart(name) {
  if (current().params[name] === undefined) return;
  if (history.state?.opened === name) history.back();
  else update({ [name]: null }, { replace: true });
}

/** Changes parameters of the current view; null removes one. */
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

/** Follows links between views without reloading the page. Call once, before a view is shown. */
export function start() {
  if (!location.pathname.startsWith(BASE)) {
    // The page was loaded from the server itself, without the path that proxies add.
    history.replaceState(null, "", BASE + location.pathname.slice("/ui/".length) + location.search + location.hash);
  }
  addEventListener("popstate", notifyListeners);
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    const plain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
    if (!link || !plain || event.defaultPrevented || link.target || link.hasAttribute("download")) return;
    const url = new URL(link.href);
    if (url.origin !== location.origin || !url.pathname.startsWith(BASE)) return;
    // A link within this page.
    if (url.hash && url.pathname + url.search === location.pathname + location.search) return;
    event.preventDefault();
    visit(url.pathname + url.search);
  });
}

/** Shows a URL that {@link href} made. */
export function visit(url, replace = false) {
  if (url === location.pathname + location.search) return;
  history[replace ? "replaceState" : "pushState"](replace ? history.state : null, "", url);
  notifyListeners();
}

function notifyListeners() {
  for (const listener of [...listeners]) listener();
}
