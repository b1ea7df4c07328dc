// Counts the events that a filter finds, by reading them: the server keeps sums only for all events and for each agent.
import { getJson } from "./api.js";
import { useEffect, useState } from "./dom.js";
import { effectiveTime } from "./eventtime.js";
import { STATUSES } from "./filter.js";
import { iso } from "./range.js";

const PAGE = 1_000;

/** Of more events, the newest are counted, and the page says so. */
const MAX_COUNTED = 10_000;

const MAX_BUCKETS = 80;
const MINUTE = 60_000;

/** Widths of buckets that a clock or a calendar has. */
const WIDTHS = [1, 5, 15, 30, 60, 360, 720, 1_440, 10_080, 40_320].map((minutes) => minutes * MINUTE);

/** The members that are counted, each by its key in the filter language. */
export const FACETS = {
  status: (event) => event.status,
  agent: (event) => event.agent_instance_id,
  action: (event) => event.action_type,
  resource: (event) => event.resource,
  actor: (event) => event.actor,
  session: (event) => event.session_id,
  for: (event) => event.on_behalf_of,
};

/**
 * Counts while `on` holds, again when the request changes.
 *
 * @param params the filter and the times of the events, as for their list
 * @param span the time range, or null for any time
 * @returns total, facets: by key, lists of {value, count}; stats: as the server's statistics, for a chart; since: the
 *     time of the oldest event that is counted, if there are older ones; loading. Null before the first page
 */
export function useCounts(on, params, span) {
  const key = on ? JSON.stringify(params) : null;
  const [counted, setCounted] = useState({ key: null });
  useEffect(() => {
    if (key === null) return undefined;
    const controller = new AbortController();
    const load = async () => {
      const events = [];
      let cursor;
      do {
        const answer = await getJson("/v1/events", { ...params, limit: PAGE, cursor }, { signal: controller.signal });
        // One by one: a page may have more elements than a call may have arguments.
        for (const event of answer.events) events.push(event);
        cursor = answer.next_cursor;
        const loading = cursor !== null && events.length < MAX_COUNTED;
        setCounted({ key, counts: { ...count(events, span, cursor === null), loading } });
      } while (cursor !== null && events.length < MAX_COUNTED);
    };
    // The list shows the error.
    load().catch((error) => {
      if (error.name !== "AbortError") setCounted((old) => (old.counts ? { ...old, counts: { ...old.counts, loading: false } } : old));
    });
    return () => controller.abort();
  }, [key]);
  return counted.key === key ? counted.counts ?? null : null;
}

function count(events, span, complete) {
  const tallies = Object.fromEntries(Object.keys(FACETS).map((key) => [key, new Map()]));
  for (const event of events) {
    for (const [key, of] of Object.entries(FACETS)) {
      const value = of(event);
      if (value) tallies[key].set(value, (tallies[key].get(value) ?? 0) + 1);
    }
  }
  const facets = Object.fromEntries(Object.entries(tallies).map(([key, tally]) => [
    key, [...tally].map(([value, times]) => ({ value, count: times })).sort((a, b) => b.count - a.count),
  ]));
  return {
    total: events.length,
    facets,
    stats: events.length > 0 ? histogram(events, complete ? span : null) : null,
    since: complete || events.length === 0 ? null : effectiveTime(events.at(-1)),
  };
}

/** @param span what the axis shows; null for from the oldest to the newest of the events */
function histogram(events, span) {
  const to = span?.to ?? effectiveTime(events[0]) + 1;
  const from = span?.from ?? effectiveTime(events.at(-1));
  const width = WIDTHS.find((ms) => (to - from) / ms <= MAX_BUCKETS) ?? WIDTHS.at(-1);
  const first = Math.floor(from / width);
  const last = Math.min(first + 4 * MAX_BUCKETS, Math.floor((to - 1) / width));
  const buckets = Array.from({ length: Math.max(1, last - first + 1) }, (_, index) => ({
    start: iso((first + index) * width), events: 0, by_status: zero(),
  }));
  const totals = { events: events.length, errors: 0, by_status: zero() };
  for (const event of events) {
    const bucket = buckets[Math.floor(effectiveTime(event) / width) - first];
    totals.by_status[event.status]++;
    if (bucket) {
      bucket.events++;
      bucket.by_status[event.status]++;
    }
  }
  totals.errors = totals.by_status.error;
  return { from: iso(from), to: iso(to), bucket_seconds: width / 1_000, buckets, totals };
}

function zero() {
  return Object.fromEntries(STATUSES.map((status) => [status, 0]));
}
