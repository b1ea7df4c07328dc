// The frame of every view: navigation and the server's health.
import { url } from "./api.js";
import { html, useEffect, useRef } from "./dom.js";
import { HealthBadge, signingAlarm } from "./health.js";
import { href } from "./route.js";
import { Icon } from "./icons.js";
import { Name, plain } from "./names.js";
import { Zone } from "./zone.js";

export const SECTIONS = [
  ["overview", "Overview"],
  ["runs", "Runs"],
  ["events", "Events"],
  ["agents", "Agents"],
  ["evidence", "Evidence"],
  ["sources", "Sources"],
  ["destinations", "Destinations"],
  ["keys", "Keys"],
];

const TIMED = ["overview", "runs", "events"];

/** The URL of a view, with the time range if it has one. */
export function sectionHref(name, range) {
  return href(name, TIMED.includes(name) ? range : {});
}

/** The section of a view that has no entry in the navigation. */
const SECTION_OF = { __proto__: null, agent: "agents", trace: "runs", sessions: "runs", compare: "runs" };

/**
 * @param range the time range that the views share, as parameters
 * @param user the name of the key that is signed in
 */
export function Shell({ view, range, health, signedIn, user, onGo, onViews, onHelp, onAccount, children }) {
  const section = SECTION_OF[view] ?? view;
  const nav = useRef(null);
  // On a phone, the links scroll.
  useEffect(() => nav.current.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" }), [section]);
  return html`
    <a class="skip" href="#main">Skip to the content</a>
    <header class="top">
      <a class="brand" href=${href("overview", range)}>Sentinel</a>
      <nav ref=${nav} aria-label="Views">
        ${SECTIONS.map(([name, label]) => html`
          <a key=${name} href=${sectionHref(name, range)} aria-current=${section === name ? "page" : undefined}>${label}${
            name === "evidence" && signingAlarm(health) && html` <span class="nav-alarm" title=${signingAlarm(health)}><span class="visually-hidden">: alarm</span></span>`}</a>
        `)}
      </nav>
      <span class="top-end">
        <${Zone} />
        <${HealthBadge} health=${health} />
        <button type="button" class="quiet" aria-haspopup="dialog" title="Saved views (v)" onClick=${onViews}>
          <${Icon} name="bookmark" /><span class="visually-hidden">Saved views</span></button>
        <button type="button" class="quiet" title="Go to anything (Ctrl+K)" onClick=${onGo}>
          <${Icon} name="search" /><span class="visually-hidden">Go to anything</span></button>
        <a class="quiet" href=${url("/docs")} target="_blank" rel="noopener">Docs</a>
        <button type="button" class="quiet" title="Keyboard shortcuts (?)" onClick=${onHelp}>?<span class="visually-hidden"> Keyboard shortcuts</span></button>
        <button type="button" class="quiet account-button" aria-haspopup="dialog" onClick=${onAccount}
          title=${signedIn ? `Signed in as ${plain(user)}` : "Not signed in"}><${Icon} name="human" /><span class="visually-hidden">Session </span>${
            signedIn && html`<span class="signed-in"><${Name} text=${user} /></span>`}</button>
      </span>
    </header>
    <main id="main" tabindex="-1">${children}</main>
  `;
}
