// All agents.
import { html, useEffect, useMemo, useState } from "./dom.js";
import { useFeed } from "./feed.js";
import { ago, count, dateTime, percent, plural, utc } from "./format.js";
import { Name } from "./names.js";
import { href } from "./route.js";
import { Empty, Failed, Loading } from "./states.js";

const PAGE = 1_000;

/** So many agents are loaded and sorted here; of more, the server finds those whose ids begin with a text. */
const MAX_SORTED = 10_000;

const ROWS = 500;

const COLUMNS = {
  agent: { label: "Agent", by: (agent) => agent.agent_instance_id },
  events: { label: "Events", by: (agent) => agent.total, numeric: true },
  errors: { label: "Errors", by: (agent) => agent.errors, numeric: true },
  rate: { label: "Error rate", by: (agent) => agent.errors / agent.total, numeric: true },
  seen: { label: "Last seen", by: (agent) => Date.parse(agent.last_seen), numeric: true },
};

export function Agents() {
  const [order, setOrder] = useState({ column: "seen", down: true });
  const [text, setText] = useState("");
  const [shown, show] = useState(ROWS);
  const [many, setMany] = useState(false);
  const feed = useFeed("/v1/agents", { limit: PAGE, prefix: many ? text : undefined }, "agents");
  const cut = Boolean(feed.cursor) && feed.items.length >= MAX_SORTED;
  useEffect(() => {
    if (cut) setMany(true);
    else feed.more();
  }, [feed.cursor]);
  const rows = useMemo(() => sorted(feed.items, order)
    .filter((agent) => agent.agent_instance_id.toLowerCase().includes(text.toLowerCase())), [feed.items, order, text]);
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
        <div class="panel table-panel" tabindex="0" role="region" aria-label="Table of agents">
          <table>
            <thead><tr>${Object.entries(COLUMNS).map(([name, column]) => html`
              <${Column} key=${name} name=${name} column=${column} order=${order} onOrder=${setOrder} />`)}</tr></thead>
            <tbody>${rows.slice(0, shown).map((agent) => html`<${Row} key=${agent.agent_instance_id} agent=${agent} />`)}</tbody>
          </table>
          ${rows.length > shown && html`<p class="state small"><button type="button" class="button" onClick=${() => show(shown + ROWS)}>
            Show ${Math.min(ROWS, rows.length - shown)} more of ${plural(rows.length, "agent")}</button></p>`}
        </div>
      `}
    </div>
  `;
}

function sorted(agents, { column, down }) {
  const by = COLUMNS[column].by;
  const sign = down ? -1 : 1;
  return [...agents].sort((a, b) => {
    const [left, right] = [by(a), by(b)];
    return left < right ? -sign : left > right ? sign : 0;
  });
}

function Column({ name, column, order, onOrder }) {
  const current = order.column === name;
  const sort = current ? (order.down ? "descending" : "ascending") : "none";
  return html`
    <th scope="col" aria-sort=${sort} class=${column.numeric ? "numeric" : ""}>
      <button type="button" onClick=${() => onOrder({ column: name, down: current ? !order.down : column.numeric === true })}>
        ${column.label}<span aria-hidden="true">${current ? (order.down ? " ↓" : " ↑") : ""}</span></button>
    </th>
  `;
}

function Row({ agent }) {
  const { agent_instance_id: id, total, errors } = agent;
  return html`
    <tr>
      <td><a href=${href("agent", { id })}><${Name} text=${id} /></a></td>
      <td class="numeric">${count(total)}</td>
      <td class=${errors > 0 ? "numeric errors" : "numeric"}>${count(errors)}</td>
      <td class="numeric">${percent(errors / total)}</td>
      <td class="numeric" title=${`${dateTime(agent.last_seen)}, ${utc(agent.last_seen)}`}>${ago(agent.last_seen)}</td>
    </tr>
  `;
}
