// Events as they arrive (Server-Sent Events). A thousand a second must not cost a thousand renderings: they are gathered
// and handed over a few times a second.
import { getJson, parseExact, url } from "./api.js";
import { useEffect, useRef, useState } from "./dom.js";

const HAND_OVER_MS = 200;
const MAX_GATHERED = 2_000;
const RETRY_MS = 3_000;

/**
 * Follows the events that pass a filter while `on` holds.
 *
 * @param onEvents told new events, the newest first, and how many were left out between them
 * @param onRestart told that it follows from now on only: what came since it lost its place must be asked for
 * @returns "off", "connecting", "live" or "lost" (it goes on trying)
 */
export function useTail(on, params, onEvents, onRestart) {
  const [state, setState] = useState("off");
  const told = useRef(null);
  told.current = { onEvents, onRestart };
  const key = JSON.stringify(params);

  useEffect(() => {
    if (!on) {
      setState("off");
      return undefined;
    }
    setState("connecting");
    let gathered = [];
    let missed = 0;
    let lastId = null;
    let source;
    let retry;
    const connect = ({ again = false } = {}) => {
      source = new EventSource(url("/v1/events/stream", { ...params, last_event_id: lastId }));
      source.onopen = () => {
        setState("live");
        if (again && lastId === null) told.current.onRestart();
      };
      source.onerror = () => {
        setState("lost");
        // It comes back by itself after a lost connection, but not after a refusal.
        if (source.readyState === EventSource.CLOSED) retry = setTimeout(reconnect, RETRY_MS);
      };
      source.onmessage = (message) => {
        lastId = message.lastEventId;
        gathered.push(message.data);
        if (gathered.length > MAX_GATHERED) {
          missed += gathered.length - MAX_GATHERED;
          gathered = gathered.slice(-MAX_GATHERED);
        }
      };
      source.addEventListener("missed", (message) => {
        missed += JSON.parse(message.data).missed;
      });
    };
    // What refuses a stream does not say why; what refuses a list does, and may ask to sign in.
    const reconnect = () => getJson("/v1/events", { limit: 1 }).then(
      () => retry !== undefined && connect({ again: true }),
      () => {
        if (retry !== undefined) retry = setTimeout(reconnect, RETRY_MS);
      },
    );
    connect();
    const timer = setInterval(() => {
      if (gathered.length === 0 && missed === 0) return;
      const events = gathered.reverse().map((text) => parseExact(text));
      const left = missed;
      gathered = [];
      missed = 0;
      told.current.onEvents(events, left);
    }, HAND_OVER_MS);
    return () => {
      clearInterval(timer);
      clearTimeout(retry);
      retry = undefined;
      source.close();
    };
  }, [on, key]);
  return state;
}
