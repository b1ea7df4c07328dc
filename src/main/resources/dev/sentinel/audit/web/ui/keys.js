// Keyboard shortcuts: single keys, and pairs that begin with g. Not while somebody types.
import { useEffect, useRef } from "./dom.js";

const PAIR_MS = 1_200;
const handlers = [];
let pending = 0;

/** Shortcuts while a component is shown; those of the newest component win. A key may also be "g e". */
export function useKeys(keys) {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    handlers.push(latest);
    return () => handlers.splice(handlers.indexOf(latest), 1);
  }, []);
}

/** To be called once. */
export function listen() {
  addEventListener("keydown", (event) => {
    // A dialog has keys of its own: Escape closes it.
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
