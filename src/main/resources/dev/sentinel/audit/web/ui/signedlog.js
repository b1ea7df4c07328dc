// The state of the signed log, its newest checkpoint and its keys, loaded every few seconds.
import { getJson, getText } from "./api.js";
import { useEffect, useState } from "./dom.js";
import { readCheckpoint } from "./proof.js";

const REFRESH_MS = 3_000;
const START = { status: null, checkpoint: null, keys: [], error: null };

/**
 * @returns status: what /v1/log says; checkpoint: {text, origin, size, root}, null if there is none; keys: the public
 *     keys, newest first; error: of the last request
 */
export function useSignedLog() {
  const [log, setLog] = useState(START);
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    let known = START;
    let timer;
    const ask = async () => {
      try {
        known = await load(known, signal);
        setLog(known);
      } catch (error) {
        if (error.name === "AbortError") return;
        setLog((old) => ({ ...old, error }));
      }
      timer = setTimeout(ask, document.hidden ? REFRESH_MS * 5 : REFRESH_MS);
    };
    ask();
    return () => {
      controller.abort();
      clearTimeout(timer);
    };
  }, []);
  return log;
}

async function load(known, signal) {
  const status = await getJson("/v1/log", {}, { signal });
  // Without a size the server has published no checkpoint and serves no keys.
  if (status.size === undefined) return { ...START, status };
  const text = status.signed_at === known.status?.signed_at
    && status.witnessed_size === known.status?.witnessed_size ? known.checkpoint.text
    : await getText("/log/checkpoint", {}, { signal });
  const checkpoint = { text, ...readCheckpoint(text) };
  const keys = known.checkpoint && signers(text) === signers(known.checkpoint.text) ? known.keys
    : (await getText("/log/key", {}, { signal })).trim().split("\n");
  return { status, checkpoint, keys, error: null };
}

/** The ids of the log's own keys that signed a note, which change with the number of the log and with its key. */
function signers(note) {
  const [origin] = note.split("\n");
  // The first five characters of the base64 are of the id only.
  return note.split("\n").filter((line) => line.startsWith(`\u2014 ${origin} `))
    .map((line) => line.slice(0, line.lastIndexOf(" ") + 6)).join();
}
