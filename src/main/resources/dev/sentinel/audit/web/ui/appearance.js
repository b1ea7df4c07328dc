// The theme and the density that were chosen in this browser. The script early.js applies them.
import { useEffect, useNarrow, useState } from "./dom.js";

/** Each {value, label}; the first is the default. */
export const THEMES = [["system", "As the system"], ["light", "Light"], ["dark", "Dark"]];
export const DENSITIES = [["comfortable", "Comfortable"], ["compact", "Compact"]];

const CHANGED = "sentinel:appearance";

/** What was chosen, and a function that changes it. */
export function useChoice(name, options) {
  const key = `sentinel:${name}`;
  const [chosen, set] = useState(() => localStorage.getItem(key) ?? options[0][0]);
  return [chosen, (value) => {
    if (value === options[0][0]) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
    set(value);
    dispatchEvent(new Event(CHANGED));
  }];
}

function density() {
  return document.documentElement.dataset.density;
}

/** The height of a row that is this high where there is room. In a narrow window rows stay as they are, for fingers. */
export function useRowHeight(height) {
  const narrow = useNarrow();
  const [is, set] = useState(density);
  useEffect(() => onAppearance(() => set(density())), []);
  return is === "compact" && !narrow ? Math.round(height * 0.8) : height;
}

/** Calls back when the theme or the density has changed. Returns a function that ends this. */
export function onAppearance(callback) {
  addEventListener(`${CHANGED}-applied`, callback);
  return () => removeEventListener(`${CHANGED}-applied`, callback);
}
