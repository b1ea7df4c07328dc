// Copies text to the clipboard and confirms it.
import { html, useState } from "./dom.js";
import { Icon } from "./icons.js";

const SAID_MS = 1_500;

async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Without TLS, browsers offer only this way.
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "offscreen";
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

/** A button that copies a text; `text` may be a function. */
export function CopyButton({ text, label, compact = false }) {
  const [said, say] = useState(null);
  const click = async () => {
    try {
      await copy(typeof text === "function" ? text() : text);
      say("Copied");
    } catch {
      say("Copying was blocked");
    }
    setTimeout(() => say(null), SAID_MS);
  };
  return html`
    <button type="button" class=${compact ? "icon-button" : "button"} title=${label} onClick=${click}>
      <${Icon} name=${said === "Copied" ? "check" : "copy"} />
      <span class=${compact ? "visually-hidden" : ""}>${said ?? label}</span>
      <span class="visually-hidden" role="status">${said ?? ""}</span>
    </button>
  `;
}

/** Quotes a text for a POSIX shell. */
export function shellQuote(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
