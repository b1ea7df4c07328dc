// Metadata as text that can be selected and copied. Beside each value are buttons that filter by it.
import { classes, html, useState } from "./dom.js";
import { exactly, exactMember } from "./filter.js";
import { Icon } from "./icons.js";
import { marked } from "./names.js";

/** A string is cut behind so many characters or lines, until it is asked for as a whole. */
const MAX_CHARACTERS = 600;
const MAX_LINES = 12;

/** The filter language bounds how many members of a path may be indexes of arrays. */
const MAX_INDEXES = 3;
const MAX_PATH = 32;

/**
 * A value of the metadata, each member on a line of its own.
 *
 * @param path the names of the members that lead to it
 * @param onFilter called with a term to search for
 * @param onExclude called with a term to leave out
 */
export function Json({ value, path = [], onFilter, onExclude }) {
  const raw = JSON.isRawJSON?.(value) === true;
  if (value === null || typeof value !== "object" || raw) {
    return html`<${Leaf} value=${value} kind=${raw ? "number" : value === null ? "null" : typeof value} path=${path}
      onFilter=${onFilter} onExclude=${onExclude} />`;
  }
  const list = Array.isArray(value);
  const entries = Object.entries(value);
  const [open, close] = list ? ["[", "]"] : ["{", "}"];
  if (entries.length === 0) return open + close;
  return html`${open}<span class="json-members">${entries.map(([key, inner]) => html`
    <span key=${key} class="json-member">${!list && html`<span class="json-key">${marked(JSON.stringify(key))}</span>: `}<${Json}
      value=${inner} path=${[...path, key]} onFilter=${onFilter} onExclude=${onExclude} /></span>
  `)}</span>${close}`;
}

function Leaf({ value, kind, path, onFilter, onExclude }) {
  const term = termOf(path, value);
  const name = path.at(-1);
  return html`<span class=${classes("json-leaf", kind)}>${kind === "string" ? html`<${Text} text=${value} />` : JSON.stringify(value)}</span
    ><span class="json-tools">
      <button type="button" class="icon-button" title="Only events with this value" onClick=${() => onFilter(term)}>
        <${Icon} name="filter" /><span class="visually-hidden">Show only events with this ${name}</span></button>
      <button type="button" class="icon-button" title="Without events with this value" onClick=${() => onExclude(term)}>
        <${Icon} name="exclude" /><span class="visually-hidden">Leave out events with this ${name}</span></button>
    </span>`;
}

/** A string: as JSON on one line, or if it has several lines, such as a stack trace, with these lines. */
function Text({ text }) {
  const [whole, showWhole] = useState(false);
  const lines = text.split("\n");
  const long = text.length > MAX_CHARACTERS || lines.length > MAX_LINES;
  const shown = long && !whole ? lines.slice(0, MAX_LINES).join("\n").slice(0, MAX_CHARACTERS) : text;
  return html`${lines.length > 1
    ? html`<span class="json-lines">${marked(shown, { lines: true })}</span>`
    : marked(whole || !long ? JSON.stringify(text) : `${JSON.stringify(shown).slice(0, -1)}…`)}${long && html`
      <button type="button" class="link json-more" onClick=${() => showWhole(!whole)}>
        ${whole ? "Show less" : `Show all ${text.length.toLocaleString()} characters`}</button>`}`;
}

function termOf(path, value) {
  const indexes = path.filter((name) => /^\d+$/.test(name)).length;
  if (indexes <= MAX_INDEXES && path.length <= MAX_PATH) return exactMember(path, value);
  // The search runs on the minified text, so the name and its value can be searched together.
  return exactly("text", `${JSON.stringify(path.at(-1))}:${JSON.stringify(value)}`);
}
