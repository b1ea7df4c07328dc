// What a destination is, in a form. The server checks it, and says which field is wrong.
import { filtersOf, optionsOf } from "./destinationwords.js";
import { html } from "./dom.js";
import { LogPlace, placeOf } from "./logplace.js";

/**
 * The view behind the form is loaded again and again, which must not undo what was typed: so the fields have defaults, not
 * values.
 *
 * @param of a destination that is changed; null for a new one
 */
export function DestinationForm({ of = null }) {
  const lines = (values) => values.join("\n");
  return html`
    <div class="fields">
      ${!of && html`<label>Id <input class="field-input" name="id" required autocomplete="off" spellcheck="false" placeholder="siem" /></label>`}
      <label>URL <input class="field-input mono" name="url" required autocomplete="off" spellcheck="false" defaultValue=${of?.url ?? ""}
        placeholder="https://receiver.example.com/sentinel" /></label>
      <label>Options, one a line <textarea class="field-input mono" name="options" rows="3" autocomplete="off" spellcheck="false"
        placeholder="format=array" defaultValue=${of ? lines(optionsOf(of)) : ""}></textarea></label>
      <p class="muted">${of?.secrets.length > 0 ? html`Set and not shown: <code>${of.secrets.join(", ")}</code>. They stay unless a line gives them anew or the URL changes.`
        : html`Secrets go here, too, such as <code>secret=whsec_…</code>. They are stored encrypted, and nobody can read them later.`}</p>
      <label>Only these events, one filter a line <textarea class="field-input mono" name="filters" rows="3" autocomplete="off" spellcheck="false"
        placeholder="filter=status:error" defaultValue=${of ? lines(filtersOf(of)) : ""}></textarea></label>
      <label>If it refuses an event <select class="field-input" name="refused">
        <option value="stop">stop</option>
        <option value="skip" selected=${of?.on_refused === "skip"}>skip it and keep its position</option></select></label>
      ${!of && html`<${LogPlace} label="From" name="start" kinds=${["now", "begin", "seq", "time"]} />`}
    </div>
  `;
}

/** What the form says, as the API takes it.
 *
 * @param of the destination that is changed; null for a new one
 */
export function definitionOf(form, of = null) {
  const { id, url, options, filters, refused } = form.elements;
  const kept = pairs(options.value);
  // An option that is not there any more is removed.
  const removed = Object.keys(of?.options ?? {}).filter((name) => !kept.some(([other]) => other === name)).map((name) => [name, null]);
  const all = {};
  for (const [name, value] of pairs(filters.value)) all[name] = [...(all[name] ?? []), value];
  const definition = { url: url.value.trim(), options: Object.fromEntries([...kept, ...removed]), filters: all, on_refused: refused.value };
  return of ? definition : { id: id.value.trim(), ...definition, start: placeOf(form, "start") };
}

/** The lines name=value of a text. */
function pairs(text) {
  return text.split("\n").map((line) => line.trim()).filter((line) => line !== "").map((line) => {
    const at = line.indexOf("=");
    return at < 0 ? [line, ""] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
  });
}
