// Preact with templates, from one place. Whatever a template is given becomes text or an attribute, never markup.
import { h, render } from "./vendor/preact.js";
import { useEffect, useState } from "./vendor/hooks.js";
import htm from "./vendor/htm.js";

const narrow = matchMedia("(max-width: 720px)");

export { render };
export { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "./vendor/hooks.js";

export const html = htm.bind(h);

/** Class names that hold, as one attribute. */
export function classes(...names) {
  return names.filter(Boolean).join(" ");
}

/** Whether the window is as narrow as a phone's; the style sheets draw the line at the same width. */
export function useNarrow() {
  const [is, set] = useState(narrow.matches);
  useEffect(() => {
    const changed = () => set(narrow.matches);
    narrow.addEventListener("change", changed);
    return () => narrow.removeEventListener("change", changed);
  }, []);
  return is;
}
