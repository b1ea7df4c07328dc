// Loads the pages of a search one by one.
import { getJson } from "./api.js";
import { useCallback, useEffect, useRef, useState } from "./dom.js";

const START = { items: [], error: null, loading: true, cursor: undefined, answer: null };

/**
 * Loads the first page of a list when the request changes, and more on demand.
 *
 * @param path the path of the API; null loads nothing
 * @param member the member of the response that has the items
 */
export function useFeed(path, params, member) {
  const key = JSON.stringify([path, params]);
  const [feed, setFeed] = useState({ ...START, key });
  const running = useRef(null);

  const load = useCallback(async (cursor) => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    setFeed((old) => (cursor ? { ...old, loading: true, error: null } : { ...START, key }));
    try {
      const answer = await getJson(path, { ...params, cursor }, { signal: controller.signal, exact: true });
      setFeed((old) => ({
        key,
        items: cursor ? old.items.concat(answer[member]) : answer[member],
        answer,
        cursor: answer.next_cursor,
        loading: false,
        error: null,
      }));
    } catch (error) {
      if (error.name !== "AbortError") setFeed((old) => ({ ...old, loading: false, error }));
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
  return { ...shown, more, retry, reload: load };
}
