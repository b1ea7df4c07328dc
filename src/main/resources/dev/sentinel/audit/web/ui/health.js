// Shows the server's health, from /health/ready.
import { getJson } from "./api.js";
import { classes, html, useEffect, useState } from "./dom.js";
import { bytes, count } from "./format.js";

const REFRESH_MS = 5_000;

/** The health as {up, checks by id}, or {error}; null until the first response. */
export function useHealth() {
  const [health, setHealth] = useState(null);
  useEffect(() => {
    let timer;
    let ended = false;
    const ask = async () => {
      try {
        // A 503 response is accepted too, because it names the failing check.
        const answer = await getJson("/health/ready", {}, { accept: [200, 503] });
        const checks = Object.fromEntries(answer.checks.map((check) => [check.id, check]));
        if (!ended) setHealth({ up: answer.status === "UP", checks });
      } catch (error) {
        if (!ended) setHealth({ up: false, error, checks: {} });
      }
      if (!ended) timer = setTimeout(ask, document.hidden ? REFRESH_MS * 6 : REFRESH_MS);
    };
    ask();
    return () => {
      ended = true;
      clearTimeout(timer);
    };
  }, []);
  return health;
}

/** The state of the signed log, such as "signing"; undefined while it is not known. */
export function signingState(health) {
  return health?.checks.evidence?.data?.state;
}

/** What is wrong with the signed log, in the server's words; undefined if nothing is. */
export function signingAlarm(health) {
  return health?.checks.evidence?.data?.warning;
}

export function HealthBadge({ health }) {
  if (!health) return null;
  const words = health.error ? "Server unreachable" : health.up ? "Server ready" : "Server not ready";
  return html`
    <span class=${classes("health-badge", health.up ? "up" : "down")} title=${words}>
      <span class="dot" aria-hidden="true"></span><span class="health-words">${words}</span>
    </span>
  `;
}

export function HealthPanel({ health }) {
  const { store, queue, disk } = health?.checks ?? {};
  const figures = [
    queue && ["Queue", `${count(queue.data.depth)} of ${count(queue.data.capacity)}`, queue],
    store && ["Index lag", count(store.data.index_lag), store],
    store && ["Events stored", count(store.data.committed), store],
    disk && ["Database", bytes(disk.data.database_bytes), disk],
    disk?.data.free_bytes && ["Free disk", bytes(disk.data.free_bytes), disk],
  ].filter(Boolean);
  return html`
    <section class="panel health-panel" aria-label="Server health">
      <h2>Server <${HealthBadge} health=${health} /></h2>
      ${health?.error && html`<p class="state small">${health.error.message}</p>`}
      <dl>
        ${figures.map(([name, value, check]) => html`
          <div key=${name} class=${check.status === "UP" ? "" : "down"}><dt>${name}</dt><dd>${value}</dd></div>
        `)}
      </dl>
    </section>
  `;
}
