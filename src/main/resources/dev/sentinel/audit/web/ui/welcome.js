// The first start: shows how to send an event. When one arrives, the dashboard replaces this view.
import { endpoint } from "./base.js";
import { CopyButton } from "./clipboard.js";
import { html, useEffect } from "./dom.js";
import { useTail } from "./tail.js";

/**
 * @param onFirst called when the first event arrives
 * @param onLive called when the stream is open; an event may have arrived before that
 */
export function Welcome({ signedIn, onFirst, onLive }) {
  const state = useTail(true, {}, onFirst);
  useEffect(() => {
    if (state === "live") onLive();
  }, [state]);
  const samples = [
    ["curl", curl(signedIn)],
    ["Java", java(signedIn)],
    ["Python", python(signedIn)],
  ];
  return html`
    <div class="view welcome">
      <h1>No events yet</h1>
      <p>Sentinel records what AI agents do. Send a first event in one of these ways. It appears here automatically.</p>
      <p class="waiting" role="status"><span class="dot pulse" aria-hidden="true"></span>
        ${state === "lost" ? "Connection to the server lost; reconnecting …" : "Waiting for the first event …"}</p>
      ${samples.map(([name, text]) => html`
        <section key=${name} class="panel sample">
          <header><h2>${name}</h2><${CopyButton} label=${`Copy ${name}`} text=${text} /></header>
          <pre tabindex="0" role="region" aria-label=${`Sample in ${name}`}>${text}</pre>
        </section>
      `)}
      <section class="panel sample">
        <header><h2>Just looking?</h2><${CopyButton} label="Copy the command" text=${`bin/sentinel demo --url ${endpoint}`} /></header>
        <p>This adds one simulated day of ten agents. Recorded events are never deleted, so use a test server.</p>
        <pre tabindex="0" role="region" aria-label="Command for sample data">bin/sentinel demo --url ${endpoint}</pre>
      </section>
    </div>
  `;
}

function curl(signedIn) {
  const token = signedIn ? '  -H "Authorization: Bearer $SENTINEL_TOKEN" \\\n' : "";
  return `curl -sS ${endpoint}/v1/events -H 'Content-Type: application/json' \\
${token}  -d '{
    "event_id": "'"$(cat /proc/sys/kernel/random/uuid)"'",
    "agent_instance_id": "my-first-agent",
    "trace_id": "run-1",
    "actor": "agent",
    "action_type": "tool_call",
    "resource": "web_search",
    "status": "success",
    "latency_ms": 182,
    "metadata": {"query": "what is a flight recorder"}
  }'`;
}

function java(signedIn) {
  const token = signedIn ? '    .token(System.getenv("SENTINEL_TOKEN"))\n' : "";
  return `try (AuditClient audit = AuditClient.builder()
    .endpoint("${endpoint}")
${token}    .agentInstanceId("my-first-agent").build()) {
  audit.record(event -> event.traceId("run-1").toolCall("web_search")
      .metadata("query", "what is a flight recorder"));
}`;
}

function python(signedIn) {
  const token = signedIn ? ', token=os.environ["SENTINEL_TOKEN"]' : "";
  return `${signedIn ? "import os\n" : ""}from sentinel_audit import ActionType, AuditClient, AuditEvent

with AuditClient("${endpoint}"${token}, agent_instance_id="my-first-agent") as client:
    client.capture(AuditEvent(action_type=ActionType.TOOL_CALL, resource="web_search"))`;
}
