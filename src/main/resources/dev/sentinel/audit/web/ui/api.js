// Calls the server's public HTTP API: see /docs.
import { base } from "./base.js";

/** A failed request, with a message for the user. */
export class ApiError extends Error {
  /** @param errors what is wrong with the request: each {pointer, detail} */
  constructor(status, detail, { retryAfter, errors = [] } = {}) {
    super(detail);
    this.status = status;
    this.retryAfter = retryAfter;
    this.errors = errors;
  }
}

/** The event dispatched when a request is refused because the user is not signed in. */
export const SIGNED_OUT = "sentinel:signed-out";

/** The URL of a path of the server, with parameters. A parameter with several values is repeated; one without a value is omitted. */
export function url(path, params = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null && one !== "") query.append(name, one);
    }
  }
  const text = query.toString();
  return base + (text ? `${path}?${text}` : path);
}

/** The last answers, by URL, with their ETags: a view that asks again and again gets only what is new. */
const known = new Map();
const MAX_KNOWN = 20;
const MAX_KNOWN_CHARACTERS = 250_000;

function remember(target, etag, text) {
  known.delete(target);
  if (etag && text.length <= MAX_KNOWN_CHARACTERS) known.set(target, { etag, text });
  if (known.size > MAX_KNOWN) known.delete(known.keys().next().value);
}

/**
 * @param exact for responses with events: see {@link parseExact}
 * @param asAdmin for what only administrators may read, which the cookie alone does not allow
 */
export async function getJson(path, params, { signal, accept = [200], exact = false, asAdmin = false } = {}) {
  const target = url(path, params);
  const before = known.get(target);
  const headers = {
    Accept: "application/json",
    ...(before ? { "If-None-Match": before.etag } : {}),
    ...(asAdmin ? pageToken() : {}),
  };
  const response = await request(target, { signal, headers });
  const same = before && response.status === 304;
  if (!same && !accept.includes(response.status)) throw await failure(response);
  const text = same ? before.text : await response.text();
  remember(target, response.headers.get("ETag"), text);
  return exact ? parseExact(text) : JSON.parse(text);
}

export async function getText(path, params, { signal } = {}) {
  const response = await request(url(path, params), { signal, headers: { Accept: "text/plain" } });
  if (!response.ok) throw await failure(response);
  return response.text();
}

/** Changes something, as an administrator. Returns what the server answers; null if that is nothing.
 *
 * @param method such as POST
 * @param body an object
 */
export async function change(method, path, body = {}) {
  const response = await request(url(path), {
    method,
    headers: { Accept: "application/json", "Content-Type": "application/json", ...pageToken() },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw await failure(response);
  return response.status === 204 ? null : response.json();
}

/** Why a request is refused; null if it is not. Reads no more of the response than that. */
export async function refusal(path, params) {
  const controller = new AbortController();
  try {
    const response = await request(url(path, params), { signal: controller.signal });
    return response.ok ? null : await failure(response);
  } catch (error) {
    return error;
  } finally {
    controller.abort();
  }
}

/** Fails if what a path answers cannot be had now. The answer to this question has no words. */
export async function possible(path) {
  const response = await request(url(path), { method: "HEAD" });
  if (!response.ok) throw await failure(response);
}

/** Parses JSON but keeps the source text of numbers that JavaScript would write differently, such as those of 20 digits.
 * Needs a browser with JSON.rawJSON (ECMAScript proposal "JSON.parse source text access").
 */
export function parseExact(text) {
  if (!JSON.rawJSON) return JSON.parse(text);
  return JSON.parse(text, (name, value, { source }) => (
    typeof value === "number" && String(value) !== source ? JSON.rawJSON(source) : value
  ));
}

/** Whether sign-in is required, and the key of the current session. */
export function session() {
  return getJson("/ui/session");
}

/** Where the page keeps the value that allows it to make changes; see /docs/security. Ends with the browser tab. */
const PAGE_TOKEN = "sentinel:page-token";

/** Whether this tab has that value. It has not if another tab of this browser signed in. */
export function hasPageToken() {
  return sessionStorage.getItem(PAGE_TOKEN) !== null;
}

function pageToken() {
  const token = sessionStorage.getItem(PAGE_TOKEN);
  return token === null ? {} : { "Sentinel-Page-Token": token };
}

export async function signIn(token) {
  const response = await request(url("/ui/session"), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ token }),
  });
  if (!response.ok) throw await failure(response, { signingIn: true });
  sessionStorage.setItem(PAGE_TOKEN, (await response.json()).page_token);
  known.clear();
}

export async function signOut() {
  const response = await request(url("/ui/session"), {
    method: "DELETE",
    headers: { "Content-Type": "application/json" },
  });
  if (!response.ok) throw await failure(response);
  sessionStorage.removeItem(PAGE_TOKEN);
  known.clear();
}

async function request(target, options) {
  try {
    return await fetch(target, { cache: "no-store", ...options });
  } catch (cause) {
    if (cause.name === "AbortError") throw cause;
    throw new ApiError(0, "The server cannot be reached. Is it running?");
  }
}

async function failure(response, { signingIn = false } = {}) {
  let detail = `The server answered ${response.status}.`;
  let errors = [];
  try {
    const problem = await response.json();
    errors = problem.errors ?? [];
    detail = errors.length > 0 ? errors.map((error) => error.detail).join(" ") : problem.detail;
  } catch {
    // Not a problem document: the response comes from a proxy.
  }
  if (response.status === 401 && !signingIn) dispatchEvent(new Event(SIGNED_OUT));
  return new ApiError(response.status, detail, { retryAfter: Number(response.headers.get("Retry-After")) || undefined, errors });
}
