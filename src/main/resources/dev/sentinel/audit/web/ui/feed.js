// Loads the pages of a search one by one.
import { getJson } from "./api.js";
import { useCallback, useEffect, useRef, useState } from "./dom.js";

const START = { items: [], error: null, loading: true, cursor: undefined, answer: null };

/** As many items as a screen shows. A page may have fewer and not be the last one: the search then goes on by itself. */
const SCREENFUL = 50;

/**
 * Loads the first screen of a list when the request changes, and more on demand.
 *
 * @param path the path of the API; null loads nothing
 * @param member the member of the response that has the items
 * @returns items, error, loading; cursor: null after the last page; answer: the latest; searchedTo: the time that the
 *     search has reached, if the latest page ended before it was full; stop() ends the search where it is, and more()
 *     continues it
 */
export function useFeed(path, params, member) {
  const key = JSON.stringify([path, params]);
  const [feed, setFeed] = useState({ ...START, key });
  const running = useRef(null);

  const load = useCallback(async (cursor, { quiet = false } = {}) => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    if (!quiet) setFeed((old) => (cursor ? { ...old, loading: true, error: null } : { ...START, key }));
    try {
      let next = cursor;
      let found = 0;
      do {
        const answer = await getJson(path, { ...params, cursor: next }, { signal: controller.signal, exact: true });
        const first = next === undefined;
        next = answer.next_cursor;
        found += answer[member].length;
        const goesOn = next !== null && found < Math.min(SCREENFUL, params.limit);
        setFeed((old) => ({
          key,
          items: first ? answer[member] : old.items.concat(answer[member]),
          answer,
          cursor: next,
          searchedTo: next !== null && answer[member].length < params.limit ? answer.searched_to : undefined,
          loading: goesOn,
          error: null,
        }));
        if (!goesOn) return;
      } while (running.current === controller);
    } catch (error) {
      // What is shown stays, and the next attempt follows.
      if (error.name !== "AbortError" && !quiet) setFeed((old) => ({ ...old, key, loading: false, error }));
    } finally {
      if (running.current === controller) running.current = null;
    }
  }, [key]);

  useEffect(() => {
    if (path) load();
    return () => running.current?.abort();
  }, [key]);

  // Until the effect has run, the state belongs to the previous request.
  const shown = feed.key === key ? feed : { ...START, key };
  const more = useCallback(() => {
    if (shown.cursor && !shown.loading && !shown.error) load(shown.cursor);
  }, [shown.cursor, shown.loading, shown.error, load]);
  const retry = useCallback(() => load(shown.items.length > 0 ? shown.cursor : undefined), [shown, load]);
  const stop = useCallback(() => {
    running.current?.abort();
    setFeed((old) => ({ ...old, loading: false }));
  }, []);
  const reload = useCallback((options) => load(undefined, options), [load]);
  return { ...shown, more, retry, stop, reload };
}
