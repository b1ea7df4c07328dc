// Follows new events (Server-Sent Events). They are collected and delivered a few times per second, so that a thousand
// events do not cause a thousand renderings.
import { parseExact, refusal, url } from "./api.js";
import { useEffect, useRef, useState } from "./dom.js";

const PATH = "/v1/events/stream";
const HAND_OVER_MS = 200;
const MAX_GATHERED = 2_000;
const RETRY_MS = 3_000;

/**
 * Follows the events that pass a filter while `on` holds.
 *
 * @param onEvents called with new events, newest first, and the number of events omitted between them
 * @param onRestart called when the stream restarts without a position: events since the interruption must be loaded
 * @returns "off", "connecting", "live", "lost" (while reconnecting) or "refused": the filter is not for a stream
 */
export function useTail(on, params, onEvents, onRestart) {
  const [state, setState] = useState("off");
  const callbacks = useRef(null);
  callbacks.current = { onEvents, onRestart };
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
      source = new EventSource(url(PATH, { ...params, last_event_id: lastId }));
      source.onopen = () => {
        setState("live");
        if (again && lastId === null) callbacks.current.onRestart();
      };
      source.onerror = () => {
        setState("lost");
        // The browser reconnects after a lost connection, but not after a refusal.
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
    // An EventSource does not know why it was refused, and whether sign-in is required.
    const reconnect = async () => {
      const refused = await refusal(PATH, params);
      if (retry === undefined) return;
      if (!refused) connect({ again: true });
      else if (refused.status === 422) setState("refused");
      else retry = setTimeout(reconnect, RETRY_MS);
    };
    connect();
    const timer = setInterval(() => {
      if (gathered.length === 0 && missed === 0) return;
      const events = gathered.reverse().map((text) => parseExact(text));
      const left = missed;
      gathered = [];
      missed = 0;
      callbacks.current.onEvents(events, left);
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
