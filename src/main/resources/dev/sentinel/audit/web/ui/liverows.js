// The rows of events that arrive while a list is shown.
import { html, useCallback, useEffect, useRef, useState } from "./dom.js";
import { count, plural } from "./format.js";
import { useTail } from "./tail.js";

const MAX_LIVE_ROWS = 5_000;

export const idOf = (event) => event.event_id;

/**
 * Rows that have arrived since the view became live. They wait while the list is scrolled down or paused, and while
 * `inUse` says that a row is pointed at or selected: rows must not move under the pointer.
 */
export function useLiveRows(live, filters, inUse, onRestart) {
  const [rows, setRows] = useState([]);
  const [held, setHeld] = useState([]);
  const [missed, setMissed] = useState(0);
  const [paused, setPaused] = useState(false);
  const top = useRef(true);
  const key = JSON.stringify(filters);

  useEffect(() => {
    setRows([]);
    setHeld([]);
    setMissed(0);
    setPaused(false);
    // The list is empty, so it is at its top.
    top.current = true;
  }, [live, key]);

  const state = useTail(live, filters, (events, left) => {
    setMissed((old) => old + left);
    if (top.current && !paused && !inUse) setRows((old) => events.concat(old).slice(0, MAX_LIVE_ROWS));
    else setHeld((old) => events.concat(old).slice(0, MAX_LIVE_ROWS));
  }, onRestart);
  const release = useCallback(() => {
    setHeld((waiting) => {
      if (waiting.length > 0) setRows((old) => waiting.concat(old).slice(0, MAX_LIVE_ROWS));
      return [];
    });
  }, []);
  useEffect(() => {
    if (!inUse && !paused && top.current) release();
  }, [inUse]);
  return {
    rows,
    inUse,
    full: rows.length === MAX_LIVE_ROWS,
    waiting: held.length,
    missed,
    paused,
    state,
    release,
    atTop: (at) => {
      top.current = at;
      if (at && !paused && !inUse) release();
    },
    togglePause: () => {
      if (paused) release();
      setPaused(!paused);
    },
  };
}

/** Events that are both live and on a page are shown once. If live rows were dropped, no older rows may follow. */
export function merge(liveRows, pages) {
  if (liveRows.length === 0) return pages;
  if (liveRows.length === MAX_LIVE_ROWS) return liveRows;
  const seen = new Set(liveRows.map(idOf));
  return liveRows.concat(pages.filter((event) => !seen.has(idOf(event))));
}

export function LiveLine({ tail }) {
  const words = {
    connecting: "Connecting …",
    live: tail.paused ? "Paused" : tail.inUse ? "Live; new events wait while a row is pointed at or open" : "Live",
    lost: "Connection lost; reconnecting …",
    refused: "Too many texts to follow live. Filter by at most three texts, members of metadata or *.",
  }[tail.state];
  return html`
    <p class="live-line" role="status">
      <span>${words}</span>
      ${tail.waiting > 0 && html`<button type="button" class="link" onClick=${() => {
        document.querySelector(".rows .grid")?.scrollTo({ top: 0 });
        if (tail.paused) tail.togglePause();
        else tail.release();
      }}>${tail.waiting === MAX_LIVE_ROWS ? `${count(MAX_LIVE_ROWS)} new events and more` : plural(tail.waiting, "new event")}</button>`}
      ${tail.missed > 0 && html`<span class="muted">${plural(tail.missed, "event")} not shown because they arrived too fast. All events are stored.</span>`}
    </p>
  `;
}
