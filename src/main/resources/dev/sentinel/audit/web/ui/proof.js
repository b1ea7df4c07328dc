// The proof that an event is in the signed log: a file of c2sp.org/tlog-proof. This page reads it but verifies nothing:
// a page of the server that it checks would prove little.
import { getText, url } from "./api.js";
import { useEffect, useState } from "./dom.js";

/** How long the server may wait for the checkpoint of a new event. */
const WAIT = "2s";

/** Answers within this time need no interim text. */
const SOON_MS = 400;

const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 60_000;

/** 0: the server cannot be reached. */
const TEMPORARY = [0, 429, 503];

export function proofUrl(id) {
  return url(`/v1/events/${encodeURIComponent(id)}/proof`, { wait: WAIT });
}

/**
 * Loads the proof of an event, and again until there is one.
 *
 * @param asks false if the server signs nothing
 * @returns {proof}, {waiting: true} or {error}; null before the first answer
 */
export function useProof(id, asks) {
  const [found, setFound] = useState(null);
  useEffect(() => {
    if (!asks) return undefined;
    const controller = new AbortController();
    let retryMs = FIRST_RETRY_MS;
    let timer = setTimeout(() => setFound((old) => (old?.id === id ? old : { id, waiting: true })), SOON_MS);
    const ask = async () => {
      try {
        const text = await getText(`/v1/events/${encodeURIComponent(id)}/proof`, { wait: WAIT }, { signal: controller.signal });
        const proof = await readProof(text);
        clearTimeout(timer);
        setFound({ id, proof });
      } catch (error) {
        if (error.name === "AbortError") return;
        clearTimeout(timer);
        setFound({ id, error });
        if (TEMPORARY.includes(error.status)) timer = setTimeout(ask, retryMs);
        retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
      }
    };
    ask();
    return () => {
      controller.abort();
      clearTimeout(timer);
    };
  }, [id, asks]);
  return found?.id === id ? found : null;
}

/** The lines of a checkpoint: the name of the log, the number of its events, the root of their tree in base64. */
export function readCheckpoint(text) {
  const [origin, size, root] = text.split("\n");
  return { origin, size: Number(size), root };
}

async function readProof(text) {
  const end = text.indexOf("\n\n");
  const members = Object.fromEntries(text.slice(0, end).split("\n").map((line) => line.split(" ")));
  return {
    ...readCheckpoint(text.slice(end + 2)),
    index: Number(members.index),
    leafHash: members.extra ? await leafHash(members.extra) : null,
  };
}

/** SHA-256 of a zero byte and the leaf (RFC 6962), in hex. Null without TLS, where browsers offer no SHA-256. */
async function leafHash(base64) {
  if (!globalThis.crypto?.subtle) return null;
  const leaf = Uint8Array.from(`\0${atob(base64)}`, (character) => character.charCodeAt(0));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", leaf));
  return [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
