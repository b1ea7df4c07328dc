// What the API says of destinations, in words.
import { html } from "./dom.js";
import { duration, plural } from "./format.js";

export const MADE_BY = {
  __proto__: null,
  environment: "Environment",
  command: "Command line",
  api: "API",
};

/** By urgency; each has a shape, for those who cannot tell the colors apart. */
const STATES = {
  __proto__: null,
  running: { label: "Running", urgency: 0, meaning: "Deliveries succeed." },
  retrying: { label: "Retrying", urgency: 1, meaning: "Deliveries have failed for less than 10 minutes. They are tried again." },
  paused: { label: "Paused", urgency: 0, meaning: "An administrator has paused it. The log keeps what it lacks." },
  failing: { label: "Failing", urgency: 2, meaning: "Deliveries have failed for 10 minutes. They are tried again." },
  stopped: { label: "Stopped", urgency: 3,
    meaning: "The destination refuses what comes. Sentinel looks again every 15 minutes, and at once after a change or Resume." },
  reset: { label: "Reset", urgency: 3,
    meaning: "The log does not have what was delivered, as after a restore. Resume it and say where to go on." },
};

/** A destination that runs may have an error: its last delivery failed. */
function stateOf({ state, error }) {
  const name = state === "running" && error ? "retrying" : state;
  return { name, ...(STATES[name] ?? { label: name, urgency: 1, meaning: "" }) };
}

export function urgency(one) {
  return stateOf(one).urgency;
}

export function meaningOf(one) {
  return stateOf(one).meaning;
}

export function State({ of }) {
  const { name, label, meaning } = stateOf(of);
  return html`<span class=${`status d-${name}`} title=${meaning}><span class="dot" aria-hidden="true"></span>${label}</span>`;
}

/** How far it is behind: in events, and by the age of the first one. */
export function lagOf({ lag_events: events, lag_seconds: seconds }) {
  if (events === 0) return "None";
  return `${plural(events, "event")}${seconds ? `, ${duration(seconds * 1000)}` : ""}`;
}

/** Where it is, without the path, which may be a secret. */
export function whereOf({ url }) {
  const [, origin, path] = /^([a-z][a-z0-9+.-]*:\/\/[^/]*)(.*)$/i.exec(url) ?? [null, url, ""];
  return path.length > 1 ? `${origin}/…` : origin;
}

/** What a delivery means. */
export function promiseOf({ guarantee }) {
  if (guarantee === null) return "–";
  return guarantee === "acknowledged" ? "Acknowledged" : "Handed over";
}

/** Options as lines; secrets are not among them. */
export function optionsOf({ options }) {
  return Object.entries(options).map(([name, value]) => `${name}=${value}`);
}

/** Filters as they are written in a URL. */
export function filtersOf({ filters }) {
  return Object.entries(filters).flatMap(([name, values]) => values.map((value) => `${name}=${value}`));
}
