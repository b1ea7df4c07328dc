// The first start: shows how to send an event. When one arrives, the dashboard replaces this view.
import { usePolled } from "./administration.js";
import { endpoint } from "./base.js";
import { CopyButton } from "./clipboard.js";
import { html, useEffect, useState } from "./dom.js";
import { href } from "./route.js";
import { NothingKept, nothingKept, Refused } from "./refused.js";
import { useTail } from "./tail.js";

const REFRESH_MS = 3_000;

/** The rest is in the view of the sources. */
const MAX_REFUSED = 3;

/**
 * @param barred why the page may not see what was refused; null if it may
 * @param onFirst called when the first event arrives
 * @param onLive called when the stream is open; an event may have arrived before that
 */
export function Welcome({ signedIn, barred, onFirst, onLive }) {
  const state = useTail(true, {}, onFirst);
  useEffect(() => {
    if (state === "live") onLive();
  }, [state]);
  const [id] = useState(randomUuid);
  const samples = [
    { name: "OpenTelemetry", text: openTelemetry(signedIn), hint: html`Claude Code, Codex, Gemini CLI, Copilot and every OpenTelemetry SDK
      need no SDK of ours: <code>bin/sentinel connect</code> prints what to paste for each.` },
    { name: "curl", text: curl(id, signedIn) },
    { name: "Java", text: java(signedIn), install: "mvn package", hint: html`It builds <code>target/sentinel-audit-client.jar</code>.
      Then <code>java -cp target/sentinel-audit-client.jar FirstEvent.java</code> runs this file:` },
    { name: "Python", text: python(signedIn), install: 'pip install "$(bin/build-python-sdk)"' },
  ];
  return html`
    <div class="view welcome">
      <h1>No events yet</h1>
      <p>Sentinel records what AI agents do. Send a first event in one of these ways. It appears here automatically.</p>
      <p class="waiting" role="status"><span class="dot pulse" aria-hidden="true"></span>
        ${state === "lost" ? "Connection to the server lost; reconnecting …" : "Waiting for the first event …"}</p>
      ${!barred && html`<${Came} />`}
      ${samples.map(({ name, text, install, hint }) => html`
        <section key=${name} class="panel sample">
          <header><h2>${name}</h2><${CopyButton} label=${`Copy ${name}`} text=${text} /></header>
          ${install && html`<p>Install it: <code>${install}</code> <${CopyButton} compact label=${`Copy the installation for ${name}`} text=${install} /></p>`}
          ${hint && html`<p>${hint}</p>`}
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

/** What came without becoming an event. Exporters do not say that they failed. */
function Came() {
  const { answer } = usePolled("/v1/sources", REFRESH_MS);
  const { problems = [], sources = [] } = answer ?? {};
  const came = problems.length > 0 || nothingKept(sources).length > 0;
  // The status is there before, so that screen readers announce the change, and does not change with each "5 s ago".
  const said = html`<p class="visually-hidden" role="status">${came ? "Something came that is no event. See below." : ""}</p>`;
  if (!came) return said;
  return html`
    ${said}
    <section class="panel came" aria-label="What came">
      <h2>${problems.length > 0 ? "This came and was refused:" : "This came, and there was nothing to record:"}</h2>
      <${Refused} problems=${problems.slice(0, MAX_REFUSED)} />
      <${NothingKept} sources=${sources} />
      <p><a href=${href("sources")}>All sources${problems.length > MAX_REFUSED && ` and ${problems.length} problems`}</a></p>
    </section>
  `;
}

function openTelemetry(signedIn) {
  const token = signedIn ? '\nexport OTEL_EXPORTER_OTLP_HEADERS="authorization=Bearer $SENTINEL_TOKEN"' : "";
  return `export OTEL_EXPORTER_OTLP_ENDPOINT=${endpoint} OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf${token}`;
}

function curl(id, signedIn) {
  const token = signedIn ? '  -H "Authorization: Bearer $SENTINEL_TOKEN" \\\n' : "";
  return `curl -sS ${endpoint}/v1/events -H 'Content-Type: application/json' \\
${token}  -d '{
    "event_id": "${id}",
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

/** For the sample, so that it works in any shell. Not crypto.randomUUID, which browsers offer only with TLS. */
function randomUuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

function java(signedIn) {
  const token = signedIn ? '\n                .token(System.getenv("SENTINEL_TOKEN"))' : "";
  return `import dev.sentinel.audit.client.AuditClient;

public class FirstEvent {
    public static void main(String[] arguments) {
        try (AuditClient audit = AuditClient.builder()
                .endpoint("${endpoint}")${token}
                .agentInstanceId("my-first-agent").build()) {
            audit.record(event -> event.traceId("run-1").toolCall("web_search")
                    .metadata("query", "what is a flight recorder"));
        }
    }
}`;
}

function python(signedIn) {
  const token = signedIn ? ', token=os.environ["SENTINEL_TOKEN"]' : "";
  return `${signedIn ? "import os\n" : ""}from sentinel_audit import ActionType, AuditClient, AuditEvent

with AuditClient("${endpoint}"${token}, agent_instance_id="my-first-agent") as client:
    client.capture(AuditEvent(action_type=ActionType.TOOL_CALL, resource="web_search"))`;
}
