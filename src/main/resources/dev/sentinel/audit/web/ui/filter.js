// The query line of the events view: `agent:billing-7 status:error resource:book_* "visa refused"`.
// A term is {key, value, prefix}. The key "text" searches in resource and metadata. A quoted value is literal. A * at
// the end of a resource, unquoted or after the quotes, means "starts with". Terms with the same key are alternatives.

export const ACTORS = ["agent", "human", "system"];
export const ACTIONS = ["tool_call", "http_request", "db_query", "file_read", "file_write", "api_call", "policy_check"];
export const STATUSES = ["success", "error", "pending", "denied"];

/** The filter keys: the API parameter of each, and its values if they are an enumeration. Has no prototype, because a query may contain words such as `constructor:`.
 */
export const KEYS = {
  __proto__: null,
  agent: { parameter: "agent_instance_id" },
  trace: { parameter: "trace_id" },
  session: { parameter: "session_id" },
  for: { parameter: "on_behalf_of" },
  actor: { parameter: "actor", values: ACTORS },
  action: { parameter: "action_type", values: ACTIONS },
  status: { parameter: "status", values: STATUSES },
  resource: { parameter: "resource" },
};

const ALIASES = {
  __proto__: null,
  agent_instance_id: "agent",
  trace_id: "trace",
  session_id: "session",
  on_behalf_of: "for",
  action_type: "action",
};

/** Parses a line into terms. Words without a key are joined into one text to search for. */
export function parse(line) {
  const terms = [];
  const words = [];
  for (const { key, value, quoted, star } of tokens(line)) {
    if (key) {
      if (value) terms.push({ key, value, prefix: star && key === "resource" });
    } else if (quoted) {
      if (value) terms.push(exactly("text", value));
    } else {
      words.push(value);
    }
  }
  if (words.length > 0) terms.push(exactly("text", words.join(" ")));
  return unique(terms);
}

/** A term for exactly this value. */
export function exactly(key, value) {
  return { key, value: String(value), prefix: false };
}

function* tokens(line) {
  // A key, a colon and an optionally quoted value; or a quoted text; or a word. Within quotes, a backslash escapes.
  const pattern = /(?:([a-z_]+):)?(?:"((?:[^"\\]|\\.)*)"?(\*?)|(\S*))\s*/gy;
  while (pattern.lastIndex < line.length) {
    const leading = /\s*/y;
    leading.lastIndex = pattern.lastIndex;
    leading.exec(line);
    pattern.lastIndex = leading.lastIndex;
    if (pattern.lastIndex >= line.length) return;
    const [whole, name, quotedValue, quotedStar, bare] = pattern.exec(line);
    const key = name && (KEYS[name] ? name : ALIASES[name]);
    const quoted = quotedValue !== undefined;
    const value = quoted ? quotedValue.replace(/\\(.)/g, "$1") : bare;
    if (key === "resource" && !quoted && value.length > 1 && value.endsWith("*")) {
      yield { key, value: value.slice(0, -1), star: true };
    } else if (key) {
      yield { key, value, star: Boolean(quotedStar) };
    } else if (name) {
      yield { value: quoted ? `${name}:${value}` : whole.trimEnd(), quoted };
    } else {
      yield { value, quoted };
    }
  }
}

/** The line for these terms. */
export function print(terms) {
  return terms.map(printTerm).join(" ");
}

export function printTerm({ key, value, prefix }) {
  if (key === "text") return quote(value);
  return `${key}:${/^[^\s"*]+$/.test(value) ? value : quote(value)}${prefix ? "*" : ""}`;
}

function quote(text) {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

/** The error in a term, or null. */
export function complaint({ key, value }) {
  const values = KEYS[key]?.values;
  return values && !values.includes(value) ? `${key} must be one of ${values.join(", ")}` : null;
}

/** The API parameters for these terms. Invalid terms are omitted. */
export function parameters(terms) {
  const result = {};
  for (const one of terms) {
    if (complaint(one)) continue;
    const name = one.key === "text" ? "q" : one.prefix ? "resource_prefix" : KEYS[one.key].parameter;
    (result[name] ??= []).push(one.value);
  }
  return result;
}

/** The line with one more term, unless it is already there. */
export function withTerm(line, added) {
  return print(unique([...parse(line), added]));
}

export function withoutTerm(line, index) {
  return print(parse(line).filter((_, i) => i !== index));
}

function unique(terms) {
  const seen = new Set();
  return terms.filter((one) => {
    const text = printTerm(one);
    return !seen.has(text) && seen.add(text);
  });
}
