// The evidence of a run as one file, for somebody who verifies it elsewhere.
import { possible, url } from "./api.js";
import { html, useState } from "./dom.js";
import { Icon } from "./icons.js";

/** Why there is none, by the status of the answer. */
const REFUSALS = {
  __proto__: null,
  422: "The run has too many events for a bundle. Export the whole log instead.",
  503: "No checkpoint covers the whole run yet. Try again in a second; the page Evidence says more.",
};

/** A button that downloads it. Asks first whether it can be had: a download that fails says nothing. */
export function BundleButton({ id }) {
  const [{ busy, wrong }, setState] = useState({ busy: false, wrong: "" });
  // Browsers resolve these in a path.
  if (id === "." || id === "..") return null;
  const path = `/v1/traces/${encodeURIComponent(id)}/evidence`;
  const click = async () => {
    setState({ busy: true, wrong: "" });
    try {
      await possible(path);
      const link = document.createElement("a");
      link.href = url(path);
      link.download = "";
      link.click();
      setState({ busy: false, wrong: "" });
    } catch (error) {
      setState({ busy: false, wrong: REFUSALS[error.status] ?? error.message });
    }
  };
  return html`
    <button type="button" class="button" disabled=${busy} onClick=${click}
      title="A file with the events, their proofs and the checkpoint, which anyone can verify without this server">
      <${Icon} name="download" /> Evidence bundle</button>
    <span class="wrong" role="status">${wrong}</span>
  `;
}
