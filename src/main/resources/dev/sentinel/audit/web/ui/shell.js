// What is around every view: where one can go, and how the server is.
import { signOut } from "./api.js";
import { html } from "./dom.js";
import { HealthBadge } from "./health.js";
import { href } from "./route.js";

const PLACES = [
  ["overview", "Overview"],
  ["events", "Events"],
  ["agents", "Agents"],
];

/** Of which place a view is a part. */
const PART_OF = { __proto__: null, agent: "agents", trace: "events" };

export function Shell({ view, health, signedIn, onHelp, onSignedOut, children }) {
  const place = PART_OF[view] ?? view;
  return html`
    <a class="skip" href="#main">Skip to the content</a>
    <header class="top">
      <a class="brand" href=${href("overview")}>Sentinel</a>
      <nav aria-label="Views">
        ${PLACES.map(([name, label]) => html`
          <a key=${name} href=${href(name)} aria-current=${place === name ? "page" : undefined}>${label}</a>
        `)}
      </nav>
      <span class="top-end">
        <${HealthBadge} health=${health} />
        <a class="quiet" href="/docs" target="_blank" rel="noopener">API</a>
        <button type="button" class="quiet" title="Keyboard shortcuts (?)" onClick=${onHelp}>?<span class="visually-hidden"> Keyboard shortcuts</span></button>
        ${signedIn && html`<button type="button" class="quiet" onClick=${() => signOut().then(onSignedOut)}>Sign out</button>`}
      </span>
    </header>
    <main id="main" tabindex="-1">${children}</main>
  `;
}
