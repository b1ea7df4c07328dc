// All agents.
import { html, useEffect, useMemo, useState } from "./dom.js";
import { useFeed } from "./feed.js";
import { ago, count, dateTime, percent, plural, utc } from "./format.js";
import { Name } from "./names.js";
import { href } from "./route.js";
import { Empty, Failed, Loading } from "./states.js";
import { Table } from "./table.js";

const PAGE = 1_000;

/** So many agents are loaded and sorted here; of more, the server finds those whose ids begin with a text. */
const MAX_SORTED = 10_000;

const COLUMNS = {
  agent: {
    label: "Agent", by: (agent) => agent.agent_instance_id,
    cell: ({ agent_instance_id: id }) => html`<a href=${href("agent", { id })}><${Name} text=${id} /></a>`,
  },
  events: { label: "Events", by: (agent) => agent.total, numeric: true, cell: (agent) => count(agent.total) },
  errors: {
    label: "Errors", by: (agent) => agent.errors, numeric: true,
    cell: ({ errors }) => html`<span class=${errors > 0 ? "errors" : ""}>${count(errors)}</span>`,
  },
  rate: {
    label: "Error rate", by: (agent) => agent.errors / agent.total, numeric: true,
    cell: (agent) => percent(agent.errors / agent.total),
  },
  seen: {
    label: "Last seen", by: (agent) => Date.parse(agent.last_seen) || 0, numeric: true,
    cell: ({ last_seen: seen }) => html`<span title=${`${dateTime(seen)}, ${utc(seen)}`}>${ago(seen)}</span>`,
  },
};

export function Agents() {
  const [text, setText] = useState("");
  const [many, setMany] = useState(false);
  const feed = useFeed("/v1/agents", { limit: PAGE, prefix: many ? text : undefined }, "agents");
  const cut = Boolean(feed.cursor) && feed.items.length >= MAX_SORTED;
  useEffect(() => {
    if (cut) setMany(true);
    else feed.more();
  }, [feed.cursor]);
  const rows = useMemo(() => feed.items
    .filter((agent) => agent.agent_instance_id.toLowerCase().includes(text.toLowerCase())), [feed.items, text]);
  return html`
    <div class="view agents">
      <div class="toolbar">
        <h1>Agents</h1>
        <input type="search" class="field-input" aria-label="Find an agent" placeholder=${many ? "Agent id starts with …" : "Find an agent"} value=${text}
          onInput=${(event) => setText(event.target.value)} />
        <span class="muted" role="status">${cut
          ? `The first ${plural(feed.items.length, "agent")} by id; only these are sorted. Type the beginning of an id to find others.`
          : `${plural(rows.length, "agent")}${feed.cursor ? " so far" : ""}`}</span>
      </div>
      ${feed.error && html`<${Failed} error=${feed.error} onRetry=${feed.retry} />`}
      ${feed.loading && feed.items.length === 0 && html`<${Loading} what="agents" />`}
      ${rows.length === 0 && !feed.loading && !feed.error && html`<${Empty} title=${text ? "No agents match." : "No agents yet."} />`}
      ${rows.length > 0 && html`
        <div class="panel flush">
          <${Table} label="Table of agents" columns=${COLUMNS} rows=${rows} idOf=${(agent) => agent.agent_instance_id} first="seen" />
        </div>
      `}
    </div>
  `;
}
