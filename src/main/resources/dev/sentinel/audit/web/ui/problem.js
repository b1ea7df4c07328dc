// What the metadata of an event says: why it failed or was denied, or what it was given.

/** Where SDKs, OpenTelemetry and agents put it, the most telling first. A name may be one member or a path. */
const PLACES = [
  "error", "error.message", "error_message", "exception.message", "exception", "status.message", "reason", "denial_reason",
  "message", "detail", "stderr", "error.type", "decision",
];

/** Members of an object that stands in such a place. */
const INNER = ["message", "detail", "reason", "type", "code"];

/** The text; null if there is none, or if the event is neither failed nor denied. */
export function problemText({ status, metadata }) {
  if (status !== "error" && status !== "denied") return null;
  for (const place of PLACES) {
    const text = textOf(metadata?.[place] ?? at(metadata, place.split(".")));
    if (text) return text;
  }
  return null;
}

function at(value, path) {
  return path.reduce((inner, name) => inner?.[name], value);
}

function textOf(value) {
  if (typeof value === "string") return value.trim() || null;
  if (value === null || typeof value !== "object") return null;
  for (const name of INNER) {
    if (typeof value[name] === "string" && value[name]) return value[name];
  }
  return null;
}

/** Where SDKs and agents put what a step was given. */
const ARGUMENTS = ["arguments", "args", "input", "parameters", "params", "tool.arguments", "command", "query", "prompt"];

/** The least of the metadata: the arguments of a step, or else its members. */
export function summaryOf(metadata) {
  const name = ARGUMENTS.find((one) => metadata?.[one] !== undefined && metadata[one] !== null);
  const value = name === undefined ? metadata : metadata[name];
  if (typeof value === "string") return value;
  const members = Object.entries(value ?? {});
  return Array.isArray(value) ? JSON.stringify(value)
    : members.map(([key, inner]) => `${key}: ${typeof inner === "string" ? inner : JSON.stringify(inner)}`).join(", ");
}
