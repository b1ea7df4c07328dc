// Time ranges: relative to now, such as "24h", of the calendar, such as "today", or fixed with two times.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The times that the API takes: browsers know later ones, whose years have more digits. */
const FIRST = Date.parse("0000-01-01T00:00:00Z");
const LAST = Date.parse("9999-12-31T23:59:59.999Z");

export const RANGES = {
  __proto__: null,
  "15m": { label: "15 min", words: "last 15 minutes", span: 15 * MINUTE },
  "1h": { label: "1 h", words: "last hour", span: HOUR },
  "6h": { label: "6 h", words: "last 6 hours", span: 6 * HOUR },
  "24h": { label: "24 h", words: "last 24 hours", span: DAY },
  "7d": { label: "7 d", words: "last 7 days", span: 7 * DAY },
  "30d": { label: "30 d", words: "last 30 days", span: 30 * DAY },
};

/** Days and weeks in the time zone of the browser: their first day, counted from today or from this Monday, and their length. */
export const CALENDAR = {
  __proto__: null,
  today: { label: "Today", words: "today", first: 0, days: 1 },
  yesterday: { label: "Yesterday", words: "yesterday", first: -1, days: 1 },
  week: { label: "This week", words: "this week", monday: true, first: 0, days: 7 },
  "last-week": { label: "Last week", words: "last week", monday: true, first: -7, days: 7 },
};

/**
 * The range of a view's parameters: {from, to} in ms; name and words, unless it is fixed; and whether it is open, that
 * is, goes on with the clock. Null for any time.
 */
export function rangeOf(params, fallback, now = Date.now()) {
  const from = Date.parse(params.from);
  const to = Date.parse(params.to);
  if (isRange(from, to)) return { from, to, open: false };
  const name = RANGES[params.range] || CALENDAR[params.range] ? params.range : fallback;
  if (!name) return null;
  return { name, ...(CALENDAR[name] ? days(CALENDAR[name], now) : relative(RANGES[name], now)) };
}

/** Whether the server takes two times in ms as a range. */
export function isRange(from, to) {
  return from < to && from >= FIRST && to <= LAST;
}

function relative({ span, words }, now) {
  return { from: now - span, to: now, open: true, words: `the ${words}` };
}

function days({ words, monday, first, days: length }, now) {
  const from = new Date(now);
  from.setHours(0, 0, 0, 0);
  from.setDate(from.getDate() - (monday ? (from.getDay() + 6) % 7 : 0) + first);
  // Not by hours: a day in which the clock is changed has more or fewer.
  const end = new Date(from);
  end.setDate(end.getDate() + length);
  return { from: from.getTime(), to: Math.min(end.getTime(), Math.max(now, from.getTime() + MINUTE)), open: end > now, words };
}

/** The parameters of a view that choose its range. */
export function rangeParams({ range, from, to }) {
  return { range, from, to };
}

/** The URL parameters of the range as long as this one, before it (-1) or after it (1); of this one where time ends. */
export function shifted({ from, to }, by) {
  const move = by * (to - from);
  return isRange(from + move, to + move) ? fixed(from + move, to + move) : fixed(from, to);
}

/** The API parameters of a range. */
export function bounds(range) {
  return range ? { from: iso(range.from), to: iso(range.to) } : {};
}

/** The URL parameters of a fixed range, which replace any other range. */
export function fixed(from, to) {
  return { range: null, from: iso(from), to: iso(to) };
}

export function named(name) {
  return { range: name, from: null, to: null };
}

/** A time in ms as the API takes it: at least year 0, at most 9999. Undefined, which is no parameter, if it is none. */
export function iso(ms) {
  return Number.isNaN(Number(ms)) ? undefined : new Date(Math.max(FIRST, Math.min(ms, LAST))).toISOString();
}
