// The query line is a filter of the API, as it stands (docs: api#filter-language). The server reads it and says what is
// wrong with it; this module only splits it into the chips that people see, and writes terms.

export const ACTORS = ["agent", "human", "system"];
export const ACTIONS = ["tool_call", "http_request", "db_query", "file_read", "file_write", "api_call", "policy_check"];
export const STATUSES = ["success", "error", "pending", "denied"];

/** The keys: what each is about, and its values or examples of them. Has no prototype, because people may type words such as `constructor:`. */
export const KEYS = {
  __proto__: null,
  status: { about: "how it ended", values: STATUSES },
  agent: { about: "the agent's id", examples: ["billing-*"] },
  trace: { about: "the run" },
  session: { about: "the conversation", examples: ["*"] },
  for: { about: "on behalf of", examples: ["*"] },
  resource: { about: "tool, URL, table, file or rule" },
  action: { about: "the kind of action", values: ACTIONS },
  actor: { about: "who acted", values: ACTORS },
  latency: { about: "in milliseconds", examples: [">500", "<=20", "100..200"] },
  "meta.": { about: "a member of the metadata, by name" },
  text: { about: "in the resource or the metadata" },
  time: { about: "at or after a time" },
  redacted: { about: "secrets were removed", values: ["yes", "no"] },
  id: { about: "the event's id" },
  span: { about: "the step" },
  parent: { about: "the step within which it happened" },
  key: { about: "the key that sent it" },
};

/** A filter has at most 1,000 characters. Of a longer value, this many are searched for, as its beginning. */
const MAX_VALUE = 200;

/** The chips of a line, each {text, at}: its terms and groups, and `at`, the place of its first character. A line whose
 * alternatives are not in parentheses is one chip.
 */
export function chipsOf(line) {
  const chips = split(line);
  return chips.some(isOr) ? [{ text: line.trim(), at: line.search(/\S/) }] : chips;
}

function isOr({ text }) {
  return text === "OR";
}

/** Splits a line at the spaces that are neither in quotes nor in parentheses. */
function split(line) {
  const chips = [];
  const pattern = /"(?:[^"\\]|\\.)*"?|[^\s"()]+|[()]|\s+/gs;
  let depth = 0;
  let chip = null;
  for (const { 0: piece, index } of line.matchAll(pattern)) {
    if (depth === 0 && !piece.trim()) {
      chip = null;
      continue;
    }
    if (!chip) {
      chip = { text: "", at: index };
      chips.push(chip);
    }
    chip.text += piece;
    if (piece === "(") depth++;
    if (piece === ")") depth = Math.max(0, depth - 1);
  }
  return chips;
}

/** The line of these chips. */
export function lineOf(chips) {
  return chips.map(({ text }) => text).join(" ");
}

/** The key of a chip that is one plain term, and the rest of it; the key is "" of a text. */
export function partsOf(text) {
  const [, minus, key, value] = /^(-?)(?:((?:meta\.[^"\s():]+|[a-z_]+)):)?(.*)$/s.exec(text);
  return { minus, key: key ?? "", value };
}

/** A term for this value, or of a very long one for what begins like it. The key "text" finds a text anywhere in the
 * resource or in the metadata.
 */
export function exactly(key, value) {
  const text = String(value);
  const points = [...text];
  const start = points.slice(0, MAX_VALUE).join("");
  if (key === "text") return quote(start);
  if (points.length > MAX_VALUE) return `${key}:${quote(start)}*`;
  return `${key}:${/^[\p{L}\p{N}_.@/%+-]+$/u.test(text) ? text : quote(text)}`;
}

/** A term for a member of the metadata, by its path: for the content of a string, or for the JSON of another value. */
export function exactMember(path, value) {
  const names = path.map((name) => (/^[\p{L}\p{N}_-]+$/u.test(name) ? name : quote(String(name))));
  return exactly(["meta", ...names].join("."), typeof value === "string" ? value : JSON.stringify(value));
}

function quote(text) {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

/** The line with one more term. It takes the place of one with the same key, since no event has two values. */
export function withTerm(line, term) {
  const chips = chipsOf(line);
  const { key } = partsOf(term);
  const stays = (text) => key === "" || isAlternatives(text) || partsOf(text).minus || partsOf(text).key !== key;
  const others = chips.filter(({ text }) => text !== term && stays(text));
  return joined(lineOf(others), term);
}

/** The line with what was typed after it. Alternatives get parentheses. */
export function joined(line, typed) {
  return [line, typed].filter((part) => part.trim())
    .map((part, _, parts) => (parts.length > 1 && isAlternatives(part) ? `(${part.trim()})` : part.trim()))
    .join(" ");
}

/** The line without the events that have this term. */
export function withoutEvents(line, term) {
  return joined(lineOf(chipsOf(line).filter(({ text }) => text !== term && text !== `-${term}`)), `-${term}`);
}

export function withoutChip(line, index) {
  return lineOf(chipsOf(line).filter((_, i) => i !== index));
}

function isAlternatives(line) {
  return split(line).some(isOr);
}
