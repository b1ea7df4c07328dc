// Completes the text in the query line with keys and their values.
import { getJson } from "./api.js";
import { chipsOf, exactly, KEYS, lineOf } from "./filter.js";

const MAX_SHOWN = 10;

/** The last word of the text: its key (null without one), the typed part of the value, and the text before both. */
function wordAt(text) {
  const word = /[^\s()]*$/.exec(text)[0];
  const minus = word.startsWith("-") ? "-" : "";
  const head = text.slice(0, text.length - word.length) + minus;
  const rest = word.slice(minus.length);
  const colon = rest.indexOf(":");
  const key = colon > 0 ? rest.slice(0, colon) : null;
  return KEYS[key] ? { key, typed: rest.slice(colon + 1).replace(/^"/, ""), head } : { key: null, typed: rest, head };
}

/** Suggestions for a text: for each, the label, what it is about, and the resulting text. */
export async function complete(text) {
  const { key, typed, head } = wordAt(text);
  if (!key) {
    return Object.entries(KEYS)
      .filter(([name]) => name.startsWith(typed))
      .map(([name, { about }]) => {
        const start = name === "meta." ? name : `${name}:`;
        return { label: start, about, text: head + start, unfinished: true };
      });
  }
  const values = await valuesOf(key, typed);
  return values
    .filter(({ value }) => value.toLowerCase().includes(typed.toLowerCase()))
    .slice(0, MAX_SHOWN)
    .map(({ value, about, term }) => ({ label: value, about, text: head + (term ?? exactly(key, value)) }));
}

async function valuesOf(key, typed) {
  const { values, examples = [] } = KEYS[key];
  if (values) return values.map((value) => ({ value }));
  const written = examples.map((value) => ({ value, about: value === "*" ? "has one" : "for example", term: `${key}:${value}` }));
  return [...await known(key, typed), ...written];
}

async function known(key, typed) {
  try {
    if (key === "agent") return await agents(typed);
    if (key === "resource") return await resources();
  } catch {
    // Completion is a help; the query works without it.
  }
  return key === "time" ? times() : [];
}

async function agents(typed) {
  const found = await getJson("/v1/agents", { prefix: typed, limit: MAX_SHOWN });
  return found.agents.map((agent) => ({ value: agent.agent_instance_id }));
}

const REMEMBERED_MS = 30_000;
let remembered = { at: 0, names: [] };

/** The top resources of the last 30 days. */
async function resources() {
  const now = Date.now();
  if (now - remembered.at > REMEMBERED_MS) {
    const stats = await getJson("/v1/stats", {
      from: new Date(now - 30 * 86_400_000).toISOString(),
      to: new Date(now).toISOString(),
      top: 100,
    });
    remembered = { at: now, names: stats.top_resources.map((resource) => resource.resource) };
  }
  return remembered.names.map((value) => ({ value }));
}

/** Times as they are written in a filter: the beginnings of today and of this hour. */
function times() {
  const hour = new Date();
  hour.setMinutes(0, 0, 0);
  const today = new Date();
  today.setHours(0, 0, 0, 0);
  return [["since midnight", today], ["since the hour", hour]].map(([about, at]) => {
    const value = `>=${at.toISOString().replace(".000", "")}`;
    return { value, about, term: `time:${value}` };
  });
}
