// The keyboard shortcuts, in a dialog.
import { html, useLayoutEffect, useRef } from "./dom.js";
import { useSingleKeys } from "./keys.js";

const SHORTCUTS = [
  ["/", "search events"],
  ["Ctrl+K", "go to a view or an id"],
  ["j  k", "next, previous row"],
  ["Enter", "open the row"],
  ["Esc", "close"],
  ["v", "saved views"],
  ["f", "facets"],
  ["l", "follow live"],
  ["p", "pause while live"],
  ["t", "the trace of the event"],
  ["n", "next problem of a trace"],
  ["←  →", "close, open the steps of a trace"],
  ["g o", "overview"],
  ["g r", "runs"],
  ["g e", "events"],
  ["g a", "agents"],
  ["g v", "evidence"],
  ["g s", "sources"],
  ["g d", "destinations"],
  ["g k", "keys"],
  ["?", "show this help"],
];

export function Help({ onClose }) {
  const dialog = useRef(null);
  const [singleKeys, setSingleKeys] = useSingleKeys();
  useLayoutEffect(() => dialog.current.showModal(), []);
  return html`
    <dialog ref=${dialog} aria-labelledby="help-title" onClose=${onClose}
      onClick=${(event) => event.target === dialog.current && dialog.current.close()}>
      <h2 id="help-title">Keyboard</h2>
      <dl class="shortcuts">
        ${SHORTCUTS.map(([keys, what]) => html`<div key=${keys}><dt>${keys.split("  ").map((key) => html`<kbd key=${key}>${key}</kbd> `)}</dt><dd>${what}</dd></div>`)}
      </dl>
      <p class="setting"><label><input type="checkbox" checked=${singleKeys} onChange=${(event) => setSingleKeys(event.target.checked)} />
        Single keys are shortcuts</label></p>
      <h2>Filters</h2>
      <dl class="shortcuts">
        <div><dt><code>agent:a status:error</code></dt><dd>both must match</dd></div>
        <div><dt><code>(status:error OR status:denied)</code></dt><dd>either</dd></div>
        <div><dt><code>-status:success</code></dt><dd>not</dd></div>
        <div><dt><code>resource:book_*</code></dt><dd>starts with</dd></div>
        <div><dt><code>latency:&gt;500</code></dt><dd>slower than 500 ms</dd></div>
        <div><dt><code>meta.tool.name:search</code></dt><dd>a value of the metadata</dd></div>
        <div><dt><code>"visa refused"</code></dt><dd>text in resource or metadata</dd></div>
      </dl>
      <button type="button" class="button" onClick=${() => dialog.current.close()}>Close</button>
    </dialog>
  `;
}
