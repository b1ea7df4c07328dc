// The columns of the list of events, and which of them this browser shows.
import { classes, html, useEffect, useRef, useState } from "./dom.js";
import { duration, words } from "./format.js";
import { Icon } from "./icons.js";
import { Name, plain } from "./names.js";
import { problemText, summaryOf } from "./problem.js";

const SETTING = "sentinel:columns";

/** More than a cell or a tooltip shows. */
const MAX_LINE = 200;
const MAX_TITLE = 600;

/** By name: the label, the width in the grid, and of an event, the text of the cell or what it shows instead of it. */
const COLUMNS = {
  __proto__: null,
  agent: { label: "Agent", width: "minmax(100px, 1fr)", text: (event) => event.agent_instance_id },
  action: {
    label: "Action", width: "116px", text: (event) => words(event.action_type),
    cell: ({ actor, action_type: action }) => html`<${Icon} name=${actor} /><span class="visually-hidden">${actor}: </span> ${words(action)}`,
  },
  resource: { label: "Resource", width: "minmax(120px, 1.4fr)", text: (event) => event.resource, kind: "mono" },
  what: { label: "What", width: "minmax(120px, 2fr)", text: (event) => problemText(event) ?? summaryOf(event.metadata), shown: firstLine },
  latency: { label: "Latency", width: "76px", text: (event) => duration(event.latency_ms) },
  trace: { label: "Trace", width: "minmax(90px, 1fr)", text: (event) => event.trace_id, kind: "muted" },
  session: { label: "Session", width: "minmax(90px, 1fr)", text: (event) => event.session_id ?? "" },
  for: { label: "On behalf of", width: "minmax(90px, 1fr)", text: (event) => event.on_behalf_of ?? "" },
};

const DEFAULT = ["agent", "action", "resource", "what", "latency", "trace"];

/** The columns that are left where others need the room. */
const BESIDE_DETAILS = ["agent", "resource", "latency"];
const BESIDE_FACETS = ["agent", "resource", "what", "latency"];

/** Before these columns: the time and the status, which are always shown. */
const FIRST = "158px 80px";

/** The chosen columns, and a function that changes them. */
export function useColumns() {
  const [names, set] = useState(chosen);
  return [names, (changed) => {
    localStorage.setItem(SETTING, JSON.stringify(changed));
    set(changed);
  }];
}

function chosen() {
  try {
    const names = JSON.parse(localStorage.getItem(SETTING)) ?? DEFAULT;
    return Object.keys(COLUMNS).filter((name) => names.includes(name));
  } catch {
    return DEFAULT;
  }
}

/** The columns that have room, as {names, template}: the template is that of the grid. */
export function layout(names, { detail, faceted }) {
  const room = names.filter((name) => (!detail || BESIDE_DETAILS.includes(name)) && (!faceted || detail || BESIDE_FACETS.includes(name)));
  return { names: room, template: [FIRST, ...room.map((name) => COLUMNS[name].width)].join(" ") };
}

export function labelOf(name) {
  return COLUMNS[name].label;
}

/** The cell of a column. */
export function Cell({ name, event }) {
  const { text, cell, kind, shown = String } = COLUMNS[name];
  const whole = text(event);
  return html`
    <span role="gridcell" class=${classes(`c-${name}`, kind, name === "what" && event.status)} title=${plain(whole.slice(0, MAX_TITLE))}>${cell
      ? cell(event) : html`<${Name} text=${shown(whole)} />`}</span>
  `;
}

function firstLine(text) {
  return text.slice(0, MAX_LINE).split("\n", 1)[0];
}

/** @param onChange called with the names of the chosen columns */
export function ColumnPicker({ names, onChange }) {
  const [open, setOpen] = useState(false);
  const box = useRef(null);
  useEffect(() => {
    if (!open) return undefined;
    const outside = (event) => box.current.contains(event.target) || setOpen(false);
    addEventListener("pointerdown", outside);
    return () => removeEventListener("pointerdown", outside);
  }, [open]);
  const escape = (event) => {
    if (event.key !== "Escape" || !open) return;
    event.preventDefault();
    setOpen(false);
  };
  return html`
    <div class="column-picker" ref=${box} onKeyDown=${escape}>
      <button type="button" class="button" aria-expanded=${open} onClick=${() => setOpen(!open)}>Columns</button>
      ${open && html`
        <fieldset class="popover"><legend class="visually-hidden">Columns</legend>
          ${Object.entries(COLUMNS).map(([name, { label }]) => html`
            <label key=${name}><input type="checkbox" checked=${names.includes(name)}
              onChange=${(event) => onChange(Object.keys(COLUMNS).filter((one) => (one === name ? event.target.checked : names.includes(one))))} /> ${label}</label>
          `)}
        </fieldset>
      `}
    </div>
  `;
}
