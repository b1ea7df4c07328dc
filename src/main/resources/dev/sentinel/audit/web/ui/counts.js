// Counts the events that a filter finds, with the statistics of the server.
import { getJson } from "./api.js";
import { useEffect, useState } from "./dom.js";
import { effectiveTime } from "./eventtime.js";
import { iso } from "./range.js";

/** Values of each member that are listed. */
export const TOP = 100;

/** The longest range of statistics. */
const MAX_SPAN_MS = 3_650 * 86_400_000;

/** The server takes no earlier times. */
const FIRST_MS = Date.parse("0001-01-01T00:00:00Z");

/** The lists of the statistics that are counts of a member, by its key in the filter language. */
const TOPS = {
  agent: ["top_agents", "agent_instance_id"],
  resource: ["top_resources", "resource"],
  session: ["top_sessions", "session_id"],
  for: ["top_on_behalf_of", "on_behalf_of"],
};

/**
 * Counts while `on` holds, again when the request changes.
 *
 * @param params the filter and the times of the events, as for their list
 * @param span the time range, or null for any time
 * @returns total, facets: by key, lists of {value, count}; stats: the server's statistics, for a chart, or null if
 *     nothing matches; since: the time from which all are counted, if there are older ones; whole: whether every value is
 *     counted; rounded: whether the range is one of whole minutes; resourceEvents: how many events the resources are
 *     counted of, if not all; error. Null before the answer
 */
export function useCounts(on, params, span) {
  const key = on ? JSON.stringify(params) : null;
  const [counted, setCounted] = useState({ key: null });
  useEffect(() => {
    if (key === null) return undefined;
    const controller = new AbortController();
    ask(params, span, controller.signal).then((counts) => setCounted({ key, counts }), (error) => {
      if (error.name !== "AbortError") setCounted({ key, counts: { error } });
    });
    return () => controller.abort();
  }, [key]);
  return counted.key === key ? counted.counts : null;
}

async function ask({ filter, ...times }, span, signal) {
  const range = span ? { from: times.from, to: times.to } : await extent(filter, signal);
  if (!range) return { total: 0, facets: {}, stats: null, since: null, whole: true, rounded: false, resourceEvents: null };
  return read(await getJson("/v1/stats", { filter, ...range, top: TOP }, { signal }));
}

/** The times of the oldest and of the newest event that matches; null if none does. */
async function extent(filter, signal) {
  const [oldest, newest] = await Promise.all(["asc", "desc"].map((order) => end(filter, order, signal)));
  if (oldest === null || newest === null) return null;
  // The end is exclusive, and exact to the microsecond.
  const to = effectiveTime(newest) + 1;
  return { from: iso(Math.max(effectiveTime(oldest), to - MAX_SPAN_MS, FIRST_MS)), to: iso(to) };
}

/** The first event in an order. A page may be empty and not be the last one. */
async function end(filter, order, signal) {
  let cursor;
  do {
    const answer = await getJson("/v1/events", { filter, order, limit: 1, cursor }, { signal });
    if (answer.events.length > 0) return answer.events[0];
    cursor = answer.next_cursor;
  } while (cursor !== null);
  return null;
}

function read(stats) {
  const { totals } = stats;
  const facets = {
    status: kinds(totals.by_status),
    action: kinds(totals.by_action_type),
    actor: kinds(totals.by_actor),
  };
  for (const [key, [list, member]] of Object.entries(TOPS)) {
    // Of all events, the server keeps no sums by session and by principal.
    facets[key] = stats[list]?.map((top) => ({ value: top[member], count: top.events })) ?? null;
  }
  const since = stats.complete === false ? Date.parse(stats.counted_from) : null;
  return {
    total: totals.events,
    facets,
    stats: totals.events > 0 ? shown(stats, since) : null,
    since,
    whole: stats.names_complete ?? true,
    rounded: stats.complete === undefined,
    // Of the sums, resources may be of a part of the events, and for some keys of none.
    resourceEvents: stats.complete === undefined && stats.resource_events < totals.events ? stats.resource_events : null,
  };
}

/** Without the time of which nothing is counted: it would seem to have no events. */
function shown(stats, since) {
  if (since === null) return stats;
  const width = stats.bucket_seconds * 1_000;
  return { ...stats, from: stats.counted_from, buckets: stats.buckets.filter(({ start }) => Date.parse(start) + width > since) };
}

/** The kinds that occur, the most frequent first. */
function kinds(counts) {
  return Object.entries(counts).filter(([, count]) => count > 0).map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count);
}
