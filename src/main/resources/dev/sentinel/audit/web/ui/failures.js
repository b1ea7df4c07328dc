// What broke: errors of a time range, grouped by resource and by what they say.
import { getJson } from "./api.js";
import { useEffect, useState } from "./dom.js";
import { effectiveTime } from "./eventtime.js";
import { exactly } from "./filter.js";
import { problemText } from "./problem.js";
import { bounds } from "./range.js";

const PAGE = 1_000;

/** The newest errors that are grouped. What is behind them is not known, and the page says so. */
const MAX_ERRORS = 3_000;

const REFRESH_MS = 30_000;

/** Of the trend of a group. */
const BUCKETS = 24;

/** What differs between two errors of the same kind: ids, numbers, addresses. */
const VARIABLE = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b0x[0-9a-f]+\b|\b(?=[a-z]*\d)[0-9a-f]{8,}\b|\d+(?:[-.,:T]\d+)*/gi;

/** The least part of a text that is worth a search. */
const MIN_SEARCHED = 4;

/**
 * Loads and groups the newest errors.
 *
 * @param range returns the range for each request
 * @param key changes when the range changes
 * @returns groups, the largest first; total: how many errors were grouped; since: the time of the oldest of them, if
 *     there are older ones; error. Null before the first answer
 */
export function useFailures(range, key, open) {
  const [found, setFound] = useState({ key });
  useEffect(() => {
    const controller = new AbortController();
    let timer;
    const ask = async () => {
      try {
        const span = range();
        setFound({ key, failures: group(await load(span, controller.signal), span) });
      } catch (error) {
        if (error.name === "AbortError") return;
        setFound((old) => ({ key, failures: old.key === key ? old.failures : undefined, error }));
      }
      if (open) timer = setTimeout(ask, REFRESH_MS);
    };
    ask();
    return () => {
      controller.abort();
      clearTimeout(timer);
    };
  }, [key, open]);
  return found.key === key ? found : {};
}

async function load(span, signal) {
  const errors = [];
  let cursor;
  do {
    const answer = await getJson("/v1/events", { status: "error", ...bounds(span), limit: PAGE, cursor }, { signal });
    errors.push(...answer.events);
    cursor = answer.next_cursor;
  } while (cursor !== null && errors.length < MAX_ERRORS);
  return { errors, complete: cursor === null };
}

function group({ errors, complete }, { from, to }) {
  const groups = new Map();
  for (const event of errors) {
    const text = problemText(event)?.split("\n", 1)[0] ?? "";
    const name = text.replace(VARIABLE, "#");
    const key = `${event.resource}\n${name}`;
    let one = groups.get(key);
    if (!one) {
      one = { key, resource: event.resource, text: name, query: queryOf(event.resource, text), newest: event, count: 0, agents: new Set(), trend: Array(BUCKETS).fill(0) };
      groups.set(key, one);
    }
    const at = effectiveTime(event);
    one.count++;
    one.oldest = event;
    one.agents.add(event.agent_instance_id);
    one.trend[Math.min(BUCKETS - 1, Math.max(0, Math.floor(((at - from) / (to - from)) * BUCKETS)))]++;
  }
  return {
    groups: [...groups.values()].sort((a, b) => b.count - a.count),
    total: errors.length,
    since: complete ? null : effectiveTime(errors.at(-1)),
  };
}

/** The filter for the events of a group: the longest part of the text that all of them have. */
function queryOf(resource, text) {
  const common = text.split(VARIABLE).map((part) => part.trim()).sort((a, b) => b.length - a.length)[0];
  const terms = ["status:error", exactly("resource", resource)];
  if (common.length >= MIN_SEARCHED) terms.push(exactly("text", common));
  return terms.join(" ");
}
