// Time ranges: relative with a name such as "24h", or fixed with two times.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const RANGES = {
  __proto__: null,
  "15m": { label: "15 min", words: "last 15 minutes", span: 15 * MINUTE },
  "1h": { label: "1 h", words: "last hour", span: HOUR },
  "6h": { label: "6 h", words: "last 6 hours", span: 6 * HOUR },
  "24h": { label: "24 h", words: "last 24 hours", span: DAY },
  "7d": { label: "7 d", words: "last 7 days", span: 7 * DAY },
  "30d": { label: "30 d", words: "last 30 days", span: 30 * DAY },
};

/** The range of a view's parameters: {from, to} in ms, and the name of a relative range. */
export function rangeOf(params, fallback, now = Date.now()) {
  const from = Date.parse(params.from);
  const to = Date.parse(params.to);
  if (from < to) return { from, to };
  const name = RANGES[params.range] ? params.range : fallback;
  return name ? { name, from: now - RANGES[name].span, to: now } : null;
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

export function iso(ms) {
  return new Date(ms).toISOString();
}
