// Preact with templates. Values in a template become text or attributes, never markup.
import { h, render } from "./vendor/preact.js";
import { useEffect, useState } from "./vendor/hooks.js";
import htm from "./vendor/htm.js";

const narrow = matchMedia("(max-width: 720px)");

export { render };
export { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "./vendor/hooks.js";

export const html = htm.bind(h);

/** Joins the class names that are not falsy. */
export function classes(...names) {
  return names.filter(Boolean).join(" ");
}

/** Whether the window is as narrow as a phone. The style sheets use the same width. */
export function useNarrow() {
  const [is, set] = useState(narrow.matches);
  useEffect(() => {
    const changed = () => set(narrow.matches);
    narrow.addEventListener("change", changed);
    return () => narrow.removeEventListener("change", changed);
  }, []);
  return is;
}
