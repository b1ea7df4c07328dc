// Why runs failed: the texts of their first failed steps, which the list of runs names but does not have.
import { getJson } from "./api.js";
import { useEffect, useRef, useState } from "./dom.js";
import { problemText } from "./problem.js";

const MAX_KNOWN = 5_000;

/** Bounds of one request: terms of the filter, and characters of the URL. */
const MAX_IDS = 10;
const MAX_URL = 3_000;

/**
 * Loads the reasons for these runs a few at a time.
 *
 * @returns a map of texts by the ids of events; of an event that says nothing, it has null
 */
export function useReasons(runs) {
  const [known, setKnown] = useState(new Map());
  const latest = useRef(known);
  latest.current = known;
  const steps = runs.filter((run) => run.first_problem && !known.has(run.first_problem.event_id));
  const key = steps.map((run) => run.first_problem.event_id).join();

  useEffect(() => {
    const controller = new AbortController();
    const load = async () => {
      for (const chunk of chunks(steps)) {
        const found = await reasons(chunk, controller.signal);
        const old = latest.current.size > MAX_KNOWN ? [] : latest.current;
        setKnown((latest.current = new Map([...old, ...found])));
      }
    };
    // Without the texts, the list still says which steps failed.
    load().catch(() => {});
    return () => controller.abort();
  }, [runs, key === ""]);
  return known;
}

function* chunks(runs) {
  let chunk = [];
  let length = 0;
  for (const run of runs) {
    const more = encodeURIComponent(run.trace_id).length + 60;
    if (chunk.length === MAX_IDS || (chunk.length > 0 && length + more > MAX_URL)) {
      yield chunk;
      chunk = [];
      length = 0;
    }
    chunk.push(run);
    length += more;
  }
  if (chunk.length > 0) yield chunk;
}

/** The runs are named too, because the server finds the events of a run by an index. */
async function reasons(runs, signal) {
  const ids = runs.map((run) => run.first_problem.event_id);
  const texts = new Map(ids.map((id) => [id, null]));
  let cursor;
  do {
    const answer = await getJson("/v1/events", {
      trace_id: runs.map((run) => run.trace_id), filter: ids.map((id) => `id:${id}`).join(" OR "), limit: MAX_IDS, cursor,
    }, { signal });
    for (const event of answer.events) texts.set(event.event_id, problemText(event));
    cursor = answer.next_cursor;
  } while (cursor !== null);
  return texts;
}
