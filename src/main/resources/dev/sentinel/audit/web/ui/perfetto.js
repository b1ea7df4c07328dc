// A trace as a file that ui.perfetto.dev and chrome://tracing open: the Trace Event Format, with a thread for each agent.
import { effectiveTime } from "./eventtime.js";

const MICROSECONDS = 1_000;

/** The content of the file. */
export function perfetto(id, events) {
  const agents = [...new Set(events.map((event) => event.agent_instance_id))];
  const names = agents.map((agent, index) => ({ name: "thread_name", ph: "M", pid: 1, tid: index + 1, args: { name: agent } }));
  const steps = events.map((event) => ({
    name: event.resource,
    cat: `${event.action_type},${event.status}`,
    ...(event.latency_ms === null ? { ph: "i", s: "t" } : { ph: "X", dur: event.latency_ms * MICROSECONDS }),
    ts: effectiveTime(event) * MICROSECONDS,
    pid: 1,
    tid: agents.indexOf(event.agent_instance_id) + 1,
    args: { status: event.status, actor: event.actor, event_id: event.event_id, ...event.metadata },
  }));
  const process = { name: "process_name", ph: "M", pid: 1, args: { name: id } };
  return JSON.stringify({ displayTimeUnit: "ms", traceEvents: [process, ...names, ...steps] });
}

/** Lets the browser save a text as a file. */
export function save(name, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
