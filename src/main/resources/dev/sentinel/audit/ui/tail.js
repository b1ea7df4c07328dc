// Events as they arrive (Server-Sent Events). A thousand a second must not cost a thousand renderings: they are gathered
// and handed over a few times a second.
import { url } from "./api.js";
import { useEffect, useRef, useState } from "./dom.js";

const HAND_OVER_MS = 200;
const MAX_GATHERED = 2_000;

/**
 * Follows the events that pass a filter while `on` holds.
 *
 * @param onEvents told new events, the newest first, and how many were left out between them
 * @returns "off", "connecting", "live" or "lost" (it goes on trying)
 */
export function useTail(on, params, onEvents) {
  const [state, setState] = useState("off");
  const told = useRef(onEvents);
  told.current = onEvents;
  const key = JSON.stringify(params);

  useEffect(() => {
    if (!on) {
      setState("off");
      return undefined;
    }
    setState("connecting");
    let gathered = [];
    let missed = 0;
    const source = new EventSource(url("/v1/events/stream", params));
    source.onopen = () => setState("live");
    source.onerror = () => setState("lost");
    source.onmessage = (message) => {
      gathered.push(message.data);
      if (gathered.length > MAX_GATHERED) {
        missed += gathered.length - MAX_GATHERED;
        gathered = gathered.slice(-MAX_GATHERED);
      }
    };
    source.addEventListener("missed", (message) => {
      missed += JSON.parse(message.data).missed;
    });
    const timer = setInterval(() => {
      if (gathered.length === 0 && missed === 0) return;
      const events = gathered.reverse().map((text) => JSON.parse(text));
      const left = missed;
      gathered = [];
      missed = 0;
      told.current(events, left);
    }, HAND_OVER_MS);
    return () => {
      clearInterval(timer);
      source.close();
    };
  }, [on, key]);
  return state;
}
