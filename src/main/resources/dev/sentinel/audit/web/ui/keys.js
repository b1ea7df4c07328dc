// Keyboard shortcuts: single keys, and pairs that begin with g. Inactive while the user types into a field.
import { useEffect, useRef, useState } from "./dom.js";

const PAIR_MS = 1_200;
const SETTING = "sentinel:single-keys";
const handlers = [];
let pending = 0;

/** What was typed after a shortcut to a field that is not shown yet; null if no field is expected. */
let ahead = null;

/** Registers shortcuts while a component is shown. The newest component takes precedence. A key may also be "g e". */
export function useKeys(keys) {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    handlers.push(latest);
    return () => handlers.splice(handlers.indexOf(latest), 1);
  }, []);
}

/** Whether single keys are shortcuts, and a function that changes it. Speech input and unsteady hands trigger them by
 * mistake (WCAG 2.2, 2.1.4), so they can be turned off in this browser.
 */
export function useSingleKeys() {
  const [on, set] = useState(singleKeys);
  return [on, (value) => {
    if (value) localStorage.removeItem(SETTING);
    else localStorage.setItem(SETTING, "off");
    set(value);
  }];
}

function singleKeys() {
  return localStorage.getItem(SETTING) !== "off";
}

/** Keeps what is typed until a field takes it with {@link takeTyped}. */
export function expectField() {
  ahead = "";
}

/** What was typed since {@link expectField}; null if nothing expects a field. */
export function takeTyped() {
  const typed = ahead;
  ahead = null;
  return typed;
}

/** Starts listening. Call once. */
export function listen() {
  addEventListener("keydown", (event) => {
    // A dialog handles its own keys: Escape closes it.
    if (document.querySelector("dialog[open]")) return;
    if (event.metaKey || event.ctrlKey || event.altKey || event.defaultPrevented) return;
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (typing && event.key !== "Escape") return;
    if (ahead !== null && event.key.length === 1) {
      ahead += event.key;
      event.preventDefault();
      return;
    }
    if (event.key !== "Escape" && !singleKeys()) return;
    const paired = Date.now() - pending < PAIR_MS;
    pending = 0;
    if (event.key === "g" && !paired) {
      pending = Date.now();
      return;
    }
    const name = paired ? `g ${event.key}` : event.key;
    for (const { current } of [...handlers].reverse()) {
      if (current[name]) {
        event.preventDefault();
        current[name](event);
        return;
      }
    }
  });
}
