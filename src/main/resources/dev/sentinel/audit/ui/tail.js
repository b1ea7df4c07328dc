// Events as they arrive (Server-Sent Events). A thousand a second must not cost a thousand renderings: they are gathered
// and handed over a few times a second.
import { getJson, url } from "./api.js";
import { useEffect, useRef, useState } from "./dom.js";

const HAND_OVER_MS = 200;
const MAX_GATHERED = 2_000;
const RETRY_MS = 3_000;

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
    let lastId = null;
    let source;
    let retry;
    const connect = () => {
      source = new EventSource(url("/v1/events/stream", { ...params, last_event_id: lastId }));
      source.onopen = () => setState("live");
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
      () => retry !== undefined && connect(),
      () => {
        if (retry !== undefined) retry = setTimeout(reconnect, RETRY_MS);
      },
    );
    connect();
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
      clearTimeout(retry);
      retry = undefined;
      source.close();
    };
  }, [on, key]);
  return state;
}
