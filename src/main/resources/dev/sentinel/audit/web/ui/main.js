// The dashboard: checks whether sign-in is required and whether there are events, then shows a view.
import { Account } from "./account.js";
import { Agent } from "./agent.js";
import { Agents } from "./agents.js";
import { getJson, session, SIGNED_OUT } from "./api.js";
import { barrier } from "./administration.js";
import { Compare } from "./compare.js";
import { Destinations } from "./destinations.js";
import { html, render, useCallback, useEffect, useRef, useState } from "./dom.js";
import { Events } from "./events.js";
import { Evidence } from "./evidence.js";
import { useHealth } from "./health.js";
import { Help } from "./help.js";
import { expectField, listen, useKeys } from "./keys.js";
import { Keys } from "./keyspage.js";
import { Login } from "./login.js";
import { plain } from "./names.js";
import { Overview } from "./overview.js";
import { Palette } from "./palette.js";
import { rangeParams } from "./range.js";
import { go, start, useRoute } from "./route.js";
import { Runs } from "./runs.js";
import { SavedViews } from "./savedviews.js";
import { Session } from "./session.js";
import { SECTIONS, sectionHref, Shell } from "./shell.js";
import { Sources } from "./sources.js";
import { Failed } from "./states.js";
import { Trace } from "./trace.js";
import { Welcome } from "./welcome.js";

const VIEWS = {
  __proto__: null, overview: Overview, runs: Runs, events: Events, agents: Agents, agent: Agent, trace: Trace, sessions: Session, compare: Compare, evidence: Evidence,
  sources: Sources, destinations: Destinations, keys: Keys,
};

/** The views with a time range. */
const TIMED = ["overview", "runs", "events", "agent"];

const TITLES = {
  __proto__: null,
  overview: () => "Overview",
  runs: () => "Runs",
  events: ({ query }) => (query ? `${plain(query)} – Events` : "Events"),
  agents: () => "Agents",
  agent: ({ id }) => `${plain(id)} – Agent`,
  trace: ({ id }) => `${plain(id)} – Trace`,
  sessions: ({ id }) => `${plain(id)} – Session`,
  compare: ({ left, right }) => (left && right ? `${plain(left)} and ${plain(right)} – Compare` : "Compare"),
  evidence: () => "Evidence",
  sources: () => "Sources",
  keys: () => "Keys",
  destinations: ({ id }) => (id ? `${plain(id)} – Destination` : "Destinations"),
};

function App() {
  const { view, params } = useRoute();
  const kept = useKeptRange(view, params);
  const health = useHealth();
  const [help, showHelp] = useState(false);
  const [going, setGoing] = useState(false);
  const [keeping, setKeeping] = useState(false);
  const [account, showAccount] = useState(false);
  const { state, error, signedIn, who, limited, barred, check, hasEvents } = useStart();

  useKeys({
    "?": () => showHelp(true),
    v: () => setKeeping(true),
    "/": () => {
      expectField();
      go("events", kept);
    },
    "g o": () => go("overview", kept),
    "g r": () => go("runs", kept),
    "g e": () => go("events", kept),
    "g a": () => go("agents"),
    "g v": () => go("evidence"),
    "g s": () => go("sources"),
    "g d": () => go("destinations"),
    "g k": () => go("keys"),
  });
  useTitle(view, params);
  useEffect(() => {
    const listener = (event) => {
      if (event.key !== "k" || !(event.ctrlKey || event.metaKey) || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      setGoing(true);
    };
    addEventListener("keydown", listener);
    return () => removeEventListener("keydown", listener);
  }, []);

  if (state === "asking") return null;
  if (state === "sign-in") return html`<${Login} onSignedIn=${check} />`;
  const View = VIEWS[view] ?? Overview;
  // A log may be empty because somebody emptied it, and the evidence says so. The others are about the server.
  const welcome = state === "empty" && ![Evidence, Sources, Destinations, Keys].includes(View);
  return html`
    <${Shell} view=${view} range=${kept} health=${health} signedIn=${signedIn} user=${who?.name ?? who?.key} onGo=${() => setGoing(true)} onViews=${() => setKeeping(true)} onHelp=${() => showHelp(true)} onAccount=${() => showAccount(true)}>
      ${state === "failed" ? html`<${Failed} error=${error} onRetry=${check} />`
        : welcome ? html`<${Welcome} signedIn=${signedIn} barred=${barred} onFirst=${hasEvents} onLive=${check} />`
          : html`<${View} params=${params} health=${health} signedIn=${signedIn} user=${who?.key} scopes=${who?.scopes} limited=${limited} barred=${barred} />`}
    <//>
    ${going && html`<${Palette} onClose=${() => setGoing(false)}
      sections=${SECTIONS.map(([name, label]) => ({ label, href: sectionHref(name, kept) }))} />`}
    ${keeping && html`<${SavedViews} title=${titleOf(view, params)} signedIn=${signedIn} onClose=${() => setKeeping(false)} />`}
    ${account && html`<${Account} who=${who} signedIn=${signedIn} onClose=${() => showAccount(false)}
      onSignedOut=${() => {
        showAccount(false);
        check();
      }} />`}
    ${help && html`<${Help} onClose=${() => showHelp(false)} />`}
  `;
}

/** Whether sign-in is required, whether there are events, whether the key may read only some agents, and why the page may
 * not administer the server.
 */
function useStart() {
  const [start, setStart] = useState({ state: "asking", signedIn: false, limited: false });
  const check = useCallback(async () => {
    try {
      const who = await session();
      const { sign_in_needed: needed, key, agent_prefix: prefix, admin } = who;
      if (needed && !key) {
        setStart({ state: "sign-in", signedIn: false });
        return;
      }
      const { events } = await getJson("/v1/events", { limit: 1 });
      setStart({ state: events.length > 0 ? "ready" : "empty", signedIn: needed, who, limited: Boolean(prefix), barred: barrier(needed, admin) });
    } catch (error) {
      setStart((old) => (error.status === 401 ? { state: "sign-in", signedIn: false } : { ...old, state: "failed", error }));
    }
  }, []);
  useEffect(() => {
    check();
    const signedOut = () => setStart({ state: "sign-in", signedIn: false });
    addEventListener(SIGNED_OUT, signedOut);
    return () => removeEventListener(SIGNED_OUT, signedOut);
  }, []);
  const hasEvents = useCallback(() => setStart((old) => ({ ...old, state: "ready" })), []);
  return { ...start, check, hasEvents };
}

/** The range of the view that was shown last, of those that have one: the others lead to its range too. */
function useKeptRange(view, params) {
  const kept = useRef({});
  if (TIMED.includes(view)) kept.current = rangeParams(params);
  return kept.current;
}

function titleOf(view, params) {
  return (TITLES[view] ?? TITLES.overview)(params);
}

/** Sets the title of the tab, and moves the focus so that screen readers announce a new view. */
function useTitle(view, params) {
  const before = useRef(view);
  const title = titleOf(view, params);
  useEffect(() => {
    document.title = `${title} – Sentinel`;
    const main = document.getElementById("main");
    // A field of the new view may have taken it.
    if (before.current !== view && !main?.contains(document.activeElement)) main?.focus({ preventScroll: true });
    before.current = view;
  }, [title, view]);
}

start();
listen();
render(html`<${App} />`, document.getElementById("app"));
