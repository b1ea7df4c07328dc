// Keyboard shortcuts: single keys, and pairs that begin with g. Inactive while the user types into a field.
import { useEffect, useRef } from "./dom.js";

const PAIR_MS = 1_200;
const handlers = [];
let pending = 0;

/** Registers shortcuts while a component is shown. The newest component takes precedence. A key may also be "g e". */
export function useKeys(keys) {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    handlers.push(latest);
    return () => handlers.splice(handlers.indexOf(latest), 1);
  }, []);
}

/** Starts listening. Call once. */
export function listen() {
  addEventListener("keydown", (event) => {
    // A dialog handles its own keys: Escape closes it.
    if (document.querySelector("dialog[open]")) return;
    if (event.metaKey || event.ctrlKey || event.altKey || event.defaultPrevented) return;
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (typing && event.key !== "Escape") return;
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
