// What is shown instead of data: that it comes, that there is none, that something is wrong and what to do.
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
  if (status === 0) return "See whether the process runs and whether the network reaches it.";
  if (status === 403) return "Ask an operator for a key with the scope read.";
  if (status === 422) return "Change the filters, or take them away.";
  if (status === 503) return "It is overloaded or its store does not answer; it recovers by itself. /health/ready says what is wrong.";
  return "If it stays like this, the log of the server says more.";
}
