// A place in the log, chosen in a form: its end, its beginning, a position, or a time of receipt.
import { html, useState } from "./dom.js";
import { iso } from "./range.js";
import { Zone } from "./zone.js";

const KINDS = {
  __proto__: null,
  now: "the end of the log",
  begin: "the beginning of the log",
  seq: "a position",
  time: "a time of receipt",
};

/**
 * @param name of the fields in the form: see {@link placeOf}
 * @param kinds what can be chosen, the first one at first
 */
export function LogPlace({ label, name, kinds }) {
  const [kind, setKind] = useState(kinds[0]);
  return html`
    <div class="place">
      <label>${label} <select class="field-input" name=${name} value=${kind} onChange=${(event) => setKind(event.target.value)}>
        ${kinds.map((one) => html`<option key=${one} value=${one}>${KINDS[one]}</option>`)}
      </select></label>
      ${kind === "seq" && html`<input class="field-input" name=${`${name}-seq`} type="number" min="0" step="1" required aria-label=${`${label}: position`} />`}
      ${kind === "time" && html`<input class="field-input" name=${`${name}-time`} type="datetime-local" step="1" required aria-label=${`${label}: time`} />
        <span class="muted"><${Zone} /></span>`}
    </div>
  `;
}

/** What was chosen in a form, as the API takes it. */
export function placeOf(form, name) {
  const kind = form.elements[name].value;
  if (kind === "seq") return `seq:${form.elements[`${name}-seq`].value}`;
  if (kind === "time") return `time:${iso(Date.parse(form.elements[`${name}-time`].value)) ?? ""}`;
  return kind;
}
