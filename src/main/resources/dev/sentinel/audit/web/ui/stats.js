// Loads statistics over a time range from the server's rollups, repeatedly for a relative range.
import { getJson } from "./api.js";
import { useEffect, useState } from "./dom.js";
import { bounds } from "./range.js";

/**
 * @param range returns the range for each request, so that a relative range moves with the clock
 * @param key changes when the request changes
 * @param refreshMs the interval between requests; 0 for a single request
 */
export function useStats(range, params, key, refreshMs) {
  const [state, setState] = useState({ key, stats: null, error: null, loading: true });
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    const controller = new AbortController();
    let timer;
    setState((old) => ({ ...old, loading: true }));
    const ask = async () => {
      try {
        const stats = await getJson("/v1/stats", { ...bounds(range()), ...params }, { signal: controller.signal });
        setState({ key, stats, error: null, loading: false });
      } catch (error) {
        if (error.name === "AbortError") return;
        // Statistics of another request must not be shown for this one.
        setState((old) => ({ key, stats: old.key === key ? old.stats : null, error, loading: false }));
      }
      if (refreshMs > 0) timer = setTimeout(ask, document.hidden ? refreshMs * 4 : refreshMs);
    };
    ask();
    return () => {
      controller.abort();
      clearTimeout(timer);
    };
  }, [key, refreshMs, attempt]);
  return { ...state, retry: () => setAttempt(attempt + 1) };
}
