// Finds out what an id names that somebody typed or pasted.
import { getJson } from "./api.js";
import { exactly, partsOf } from "./filter.js";

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A word with a digit, as ids are. */
const ID_LIKE = /^(?=.*\d)[\w.@-]{8,255}$/;

const MAX_CHARACTERS = 255;
const MAX_AGENTS = 5;

/** What a typed word names: {term} for a run, a session or an agent, {event} for an event; null if it names nothing. */
export async function identify(text) {
  const { minus, key, value } = partsOf(text);
  if (minus || key || !ID_LIKE.test(value)) return null;
  const named = (await lookUp(value)).find(({ id }) => id.toLowerCase() === value.toLowerCase());
  if (!named) return null;
  return named.kind === "event" ? { event: named.id } : { term: exactly(named.kind === "run" ? "trace" : named.kind, named.id) };
}

/** What a text names, each {kind, id}: a run, a session, an event; and the agents whose ids begin with it. */
export async function lookUp(text) {
  if (text.length > MAX_CHARACTERS) return [];
  try {
    const [trace, session, { agents }] = await Promise.all([
      getJson("/v1/events", { trace_id: text, limit: 1 }),
      getJson("/v1/events", { session_id: text, limit: 1 }),
      getJson("/v1/agents", { prefix: text, limit: MAX_AGENTS }),
    ]);
    const named = [
      ...trace.events.map((event) => ({ kind: "run", id: event.trace_id })),
      ...session.events.map((event) => ({ kind: "session", id: event.session_id })),
      ...agents.map((agent) => ({ kind: "agent", id: agent.agent_instance_id })),
    ];
    if (named.length > 0 || !UUID.test(text)) return named;
    return [{ kind: "event", id: (await getJson(`/v1/events/${text}`)).event_id }];
  } catch {
    return [];
  }
}
