// Formats numbers and times for people. Times are in the zone of the browser, which every page names; utc() is for
// tooltips. Every function takes anything: a time that is none is shown as a dash, because one event with a wrong time
// must not hide all others.

const number = new Intl.NumberFormat();
const compactNumber = new Intl.NumberFormat(undefined, { notation: "compact", maximumFractionDigits: 1 });
const time = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3, hourCycle: "h23",
});
const zoned = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3, hourCycle: "h23", timeZoneName: "short",
});
const offset = new Intl.DateTimeFormat("en", { timeZoneName: "longOffset" });
const shortTime = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const dayOfYear = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });

/** What is shown for a time or a duration that is none. */
const NONE = "–";

export function count(value) {
  return number.format(value);
}

export function compact(value) {
  return compactNumber.format(value);
}

export function plural(n, one, many = `${one}s`) {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** Formats a share from 0 to 1 as a percentage. */
export function percent(share) {
  if (share === 0) return "0 %";
  return share < 0.001 ? "< 0.1 %" : `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
}

/** How a figure differs from that of the time before, in words. */
export function change(value, before) {
  const share = value / before - 1;
  const known = `${before < 100_000 ? count(before) : compact(before)} before`;
  // Of very few, a share says little.
  return before > 0 && share < 10 && share !== 0 ? `${share > 0 ? "+" : "−"}${percent(Math.abs(share))}, ${known}` : known;
}

export function bytes(value) {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let unit = 0;
  let rest = value;
  while (rest >= 1000 && unit < units.length - 1) {
    rest /= 1000;
    unit++;
  }
  return `${rest.toFixed(rest < 10 && unit > 0 ? 1 : 0)} ${units[unit]}`;
}

/** Formats milliseconds as a duration with at most two units. */
export function duration(ms) {
  if (!Number.isFinite(ms)) return NONE;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
  return `${Math.floor(seconds / 86_400)} d ${Math.floor((seconds % 86_400) / 3600)} h`;
}

/** The time in ms, a number or a text, or null if it is none. */
function known(at) {
  const ms = typeof at === "number" ? new Date(at).getTime() : Date.parse(at);
  return Number.isNaN(ms) ? null : ms;
}

/** A time in a format, or a dash if it is none. */
export function formatted(format, at) {
  const ms = known(at);
  return ms === null ? NONE : format.format(ms);
}

export function clock(at) {
  return formatted(time, at);
}

export function date(at) {
  return formatted(new Date(at).getFullYear() === new Date().getFullYear() ? day : dayOfYear, at);
}

export function dateTime(at) {
  return known(at) === null ? NONE : `${date(at)}, ${clock(at)}`;
}

/** With the time zone, which is that of the time: summer and winter differ. */
export function zonedTime(at) {
  return known(at) === null ? NONE : `${date(at)}, ${formatted(zoned, at)}`;
}

/** The time zone of all times, as {name, offset}. */
export function timeZone() {
  const at = offset.formatToParts().find(({ type }) => type === "timeZoneName").value;
  return { name: Intl.DateTimeFormat().resolvedOptions().timeZone, offset: at.replace("GMT", "UTC") };
}

/** A time to the minute, with the date unless it is today. */
export function moment(at) {
  const ms = known(at);
  if (ms === null) return NONE;
  const today = new Date(ms).toDateString() === new Date().toDateString();
  return today ? shortTime.format(ms) : `${date(ms)}, ${shortTime.format(ms)}`;
}

/** A span to the minute, with the date of its end only if that is another day. */
export function span(from, to) {
  const sameDay = new Date(from).toDateString() === new Date(to).toDateString();
  return `${moment(from)} – ${sameDay ? formatted(shortTime, to) : moment(to)}`;
}

/** The time in UTC, as in the log; for tooltips. */
export function utc(at) {
  const ms = known(at);
  return ms === null ? NONE : `${new Date(ms).toISOString().replace("T", " ").replace("Z", "")} UTC`;
}

export function ago(at) {
  const ms = known(at);
  if (ms === null) return NONE;
  const seconds = Math.round((Date.now() - ms) / 1000);
  if (seconds < -5) return "in the future";
  if (seconds < 5) return "just now";
  return `${seconds < 60 ? `${seconds} s` : duration(seconds * 1000)} ago`;
}

/** A wire name as words: tool_call becomes "tool call". */
export function words(name) {
  return name.replaceAll("_", " ");
}
