// The HTTP interface of the server, as everybody uses it: see /docs.

/** Why a request failed, in a sentence for people. */
export class ApiError extends Error {
  constructor(status, detail, retryAfter) {
    super(detail);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/** Told when a request was refused because nobody is signed in. */
export const SIGNED_OUT = "sentinel:signed-out";

/** The URL of a path with parameters; those with several values are repeated, those without are left out. */
export function url(path, params = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null && one !== "") query.append(name, one);
    }
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

/** @param exact for answers that hold events: see {@link parseExact} */
export async function getJson(path, params, { signal, accept = [200], exact = false } = {}) {
  const response = await request(url(path, params), { signal, headers: { Accept: "application/json" } });
  if (!accept.includes(response.status)) throw await failure(response);
  return exact ? parseExact(await response.text()) : response.json();
}

/**
 * Numbers that JavaScript would write in another way, such as those of 20 digits, stay as they are in the log, where the
 * browser can do that (JSON.rawJSON, ECMAScript proposal "JSON.parse source text access").
 */
export function parseExact(text) {
  if (!JSON.rawJSON) return JSON.parse(text);
  return JSON.parse(text, (name, value, { source }) => (
    typeof value === "number" && String(value) !== source ? JSON.rawJSON(source) : value
  ));
}

/** Whether one must sign in, and as whom one has. */
export function session() {
  return getJson("/ui/session");
}

export async function signIn(token) {
  const response = await request("/ui/session", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ token }),
  });
  if (!response.ok) throw await failure(response, { signingIn: true });
}

export async function signOut() {
  const response = await request("/ui/session", {
    method: "DELETE",
    headers: { "Content-Type": "application/json" },
  });
  if (!response.ok) throw await failure(response);
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
  try {
    const problem = await response.json();
    const errors = (problem.errors ?? []).map((error) => error.detail);
    detail = errors.length > 0 ? errors.join(" ") : problem.detail;
  } catch {
    // Not one of its own answers: a proxy's.
  }
  if (response.status === 401 && !signingIn) dispatchEvent(new Event(SIGNED_OUT));
  return new ApiError(response.status, detail, Number(response.headers.get("Retry-After")) || undefined);
}
