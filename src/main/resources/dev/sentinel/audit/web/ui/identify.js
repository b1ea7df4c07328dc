// Finds out what an id names that somebody typed or pasted.
import { getJson } from "./api.js";
import { exactly, partsOf } from "./filter.js";

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A word with a digit, as ids are. */
const ID_LIKE = /^(?=.*\d)[\w.@-]{8,255}$/;

/** What this text names: {term} for a run, a session or an agent, {event} for an event; null if it names nothing. */
export async function identify(text) {
  const { minus, key, value } = partsOf(text);
  if (minus || key || !ID_LIKE.test(value)) return null;
  try {
    const [trace, session, agent] = await Promise.all([
      getJson("/v1/events", { trace_id: value, limit: 1 }),
      getJson("/v1/events", { session_id: value, limit: 1 }),
      getJson("/v1/agents", { prefix: value, limit: 1 }),
    ]);
    if (trace.events.length > 0) return { term: exactly("trace", value) };
    if (session.events.length > 0) return { term: exactly("session", value) };
    if (agent.agents[0]?.agent_instance_id === value) return { term: exactly("agent", value) };
    return UUID.test(value) ? { event: (await getJson(`/v1/events/${value}`)).event_id } : null;
  } catch {
    return null;
  }
}
