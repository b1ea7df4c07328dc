// Shown instead of data: loading, no data, or an error with advice.
import { html } from "./dom.js";

export function Loading({ what }) {
  return html`<p class="state" role="status"><span class="spinner" aria-hidden="true"></span> Loading ${what} …</p>`;
}

export function Empty({ title, children }) {
  return html`<div class="state"><p class="state-title">${title}</p>${children}</div>`;
}

export function Failed({ error, onRetry }) {
  return html`
    <div class="state failed" role="alert">
      <p class="state-title">${error.message}</p>
      <p>${advice(error)}</p>
      ${onRetry && html`<button type="button" class="button" onClick=${onRetry}>Try again</button>`}
    </div>
  `;
}

function advice({ status }) {
  if (status === 0) return "Check that the server is running and reachable over the network.";
  if (status === 403) return "Ask an operator for a key with the scope read.";
  if (status === 422) return "Change or remove the filters.";
  if (status === 503) return "The server is overloaded or its store does not respond. It recovers automatically. See /health/ready for the cause.";
  return "If the problem persists, see the server log.";
}
