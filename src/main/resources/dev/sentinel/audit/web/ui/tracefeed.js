// Loads one trace: its summary and its events, oldest first, and again when it has grown.
import { getJson } from "./api.js";
import { useCallback, useEffect, useRef, useState } from "./dom.js";

const PAGE = 1_000;

/** More are loaded on demand: a browser lays out so many rows without a pause. */
const MAX_AT_ONCE = 10_000;

const REFRESH_MS = 5_000;
const START = { events: [], summary: null, cursor: null, loading: true, error: null };

/** @returns events, summary (null until it is known), cursor: null if these are all events, loading, error, and the
 *     functions more, reload and retry
 */
export function useTrace(id) {
  const [trace, setTrace] = useState({ ...START, id });
  const running = useRef(null);
  const known = useRef(trace);
  known.current = trace.id === id ? trace : { ...START, id };

  const load = useCallback(async ({ cursor, events = [], quiet = false } = {}) => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    let next = cursor;
    let all = events;
    const enough = all.length + MAX_AT_ONCE;
    setTrace((old) => (quiet ? old : { ...old, loading: true, error: null }));
    try {
      do {
        const answer = await ask(id, { limit: PAGE, cursor: next }, controller.signal);
        next = answer.next_cursor;
        all = all.concat(answer.events);
        const loading = next !== null && all.length < enough;
        // A trace that is loaded again replaces the old one at once.
        if (!quiet || !loading) setTrace({ id, events: all, summary: answer.summary, cursor: next, loading, error: null });
      } while (next !== null && all.length < enough);
    } catch (error) {
      if (error.name !== "AbortError" && !quiet) setTrace((old) => ({ ...(old.id === id ? old : START), id, loading: false, error }));
    }
  }, [id]);

  useEffect(() => {
    setTrace({ ...START, id });
    load();
    const timer = setInterval(async () => {
      const { loading, error, summary } = known.current;
      if (document.hidden || loading || error) return;
      try {
        const answer = await ask(id, { limit: 1 });
        if (answer.summary.total !== summary.total && known.current.summary === summary) load({ quiet: true });
      } catch {
        // The next attempt follows.
      }
    }, REFRESH_MS);
    return () => {
      clearInterval(timer);
      running.current?.abort();
    };
  }, [id]);

  const { events, cursor, loading } = known.current;
  return {
    ...known.current,
    more: () => cursor && !loading && load({ cursor, events }),
    reload: () => load({ quiet: true }),
    // A whole trace is read anew; of another, the rest.
    retry: () => load(cursor ? { cursor, events } : {}),
  };
}

/** With the id as a parameter: in a path, browsers would resolve the ids "." and "..". */
function ask(id, params, signal) {
  return getJson("/v1/traces", { trace_id: id, ...params }, { signal, exact: true });
}
