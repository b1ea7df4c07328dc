// Completes the text in the query line with keys and their values.
import { getJson } from "./api.js";
import { exactly, KEYS, printTerm } from "./filter.js";

const MAX_SHOWN = 8;

/** The last word of the text: its key (null for a word without one), the typed part, and the text before the word. */
function wordAt(text) {
  const word = /(\S*)$/.exec(text)[1];
  const colon = word.indexOf(":");
  const key = colon > 0 ? word.slice(0, colon) : null;
  return KEYS[key]
    ? { key, typed: word.slice(colon + 1).replace(/^"/, ""), head: text.slice(0, text.length - word.length) }
    : { key: null, typed: word, head: text.slice(0, text.length - word.length) };
}

/** Suggestions for a text: for each, the label and the resulting text. */
export async function complete(text) {
  const { key, typed, head } = wordAt(text);
  if (!key) {
    return Object.keys(KEYS)
      .filter((name) => name.startsWith(typed))
      .map((name) => ({ label: `${name}:`, text: `${head}${name}:`, unfinished: true }));
  }
  const values = KEYS[key].values ?? (await known(key, typed));
  return values
    .filter((value) => value.toLowerCase().includes(typed.toLowerCase()))
    .slice(0, MAX_SHOWN)
    .map((value) => ({ label: value, text: head + printTerm(exactly(key, value)) }));
}

async function known(key, typed) {
  try {
    if (key === "agent") return await agents(typed);
    return key === "resource" ? await resources() : [];
  } catch {
    return [];
  }
}

async function agents(typed) {
  const found = await getJson("/v1/agents", { prefix: typed, limit: MAX_SHOWN });
  return found.agents.map((agent) => agent.agent_instance_id);
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
  return remembered.names;
}
