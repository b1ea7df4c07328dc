// Selects a time range, relative or fixed.
import { CopyButton } from "./clipboard.js";
import { classes, html, useEffect, useNarrow, useRef, useState } from "./dom.js";
import { span } from "./format.js";
import { Icon } from "./icons.js";
import { CALENDAR, fixed, iso, isRange, named, RANGES, shifted } from "./range.js";
import { current, href } from "./route.js";
import { Zone } from "./zone.js";

/**
 * @param range the selected range; null for any time
 * @param onChange called with changes of the view's parameters
 * @param anyTime whether any time can be selected
 * @param calendar whether there is room for a button for each day and week, on wide windows
 */
export function RangePicker({ range, onChange, anyTime = false, calendar = false }) {
  const custom = range !== null && !RANGES[range.name];
  const narrow = useNarrow();
  if (narrow) return html`<${Select} range=${range} onChange=${onChange} anyTime=${anyTime} />`;
  return html`
    <div class="ranges" role="group" aria-label="Time range">
      ${anyTime && html`
        <button type="button" class="range" aria-pressed=${range === null} onClick=${() => onChange(named(null))}>Any time</button>
      `}
      ${Object.entries({ ...RANGES, ...(calendar ? CALENDAR : {}) }).map(([name, { label, words }]) => html`
        <button key=${name} type="button" class=${classes("range", CALENDAR[name] && "day")} title=${words} aria-pressed=${range?.name === name}
          onClick=${() => onChange(named(name))}>${label}</button>
      `)}
      <${Custom} range=${range} pressed=${custom} onChange=${onChange} />
      <${Steps} range=${range} onChange=${onChange} />
    </div>
  `;
}

/** To the range before and the one after. */
function Steps({ range, onChange }) {
  if (!range) return null;
  return html`
    <button type="button" class="range step" title="Earlier" onClick=${() => onChange(shifted(range, -1))}>
      <${Icon} name="earlier" /><span class="visually-hidden">Earlier</span></button>
    <button type="button" class="range step" title="Later" disabled=${range.open} onClick=${() => onChange(shifted(range, 1))}>
      <${Icon} name="later" /><span class="visually-hidden">Later</span></button>
  `;
}

/** Used instead of a row of buttons on narrow windows. */
function Select({ range, onChange, anyTime }) {
  const custom = range !== null && !range.name;
  return html`
    <div class="ranges">
      <select class="field-input" aria-label="Time range" value=${custom ? "custom" : (range?.name ?? "")}
        onChange=${(event) => event.target.value !== "custom" && onChange(named(event.target.value || null))}>
        ${anyTime && html`<option value="">Any time</option>`}
        ${Object.entries({ ...RANGES, ...CALENDAR }).map(([name, { words }]) => html`<option key=${name} value=${name}>${words}</option>`)}
        ${custom && html`<option value="custom">Custom</option>`}
      </select>
      <${Custom} range=${range} pressed=${custom} onChange=${onChange} />
      <${Steps} range=${range} onChange=${onChange} />
    </div>
  `;
}

function Custom({ range, pressed, onChange }) {
  const [open, setOpen] = useState(false);
  const [wrong, setWrong] = useState(null);
  const box = useRef(null);
  const from = useRef(null);
  const to = useRef(null);

  useEffect(() => {
    if (!open) return undefined;
    // Set once on opening: the view renders often, and the user's input must not be overwritten.
    const now = Date.now();
    from.current.value = local(range?.from ?? now - 3_600_000);
    to.current.value = local(range?.to ?? now);
    from.current.focus();
    const outside = (event) => box.current.contains(event.target) || setOpen(false);
    addEventListener("pointerdown", outside);
    return () => removeEventListener("pointerdown", outside);
  }, [open]);

  const submit = (event) => {
    event.preventDefault();
    const start = Date.parse(from.current.value);
    const end = Date.parse(to.current.value);
    if (!isRange(start, end)) {
      setWrong(start < end ? "The years must be 0 to 9999." : "The start must be before the end.");
      return;
    }
    setWrong(null);
    setOpen(false);
    onChange(fixed(start, end));
  };
  const escape = (event) => {
    if (event.key === "Escape") {
      event.preventDefault();
      setOpen(false);
    }
  };
  return html`
    <div class="custom-range" ref=${box} onKeyDown=${escape}>
      <button type="button" class=${classes("range", pressed && "wide")} aria-pressed=${pressed} aria-expanded=${open}
        onClick=${() => setOpen(!open)}>
        <${Icon} name="clock" /> ${!pressed ? "Custom" : range.words ?? span(range.from, range.to)}
      </button>
      ${open && html`
        <form class="popover" onSubmit=${submit}>
          <div class="presets">${Object.entries(CALENDAR).map(([name, { words }]) => html`
            <button key=${name} type="button" class="button" aria-pressed=${range?.name === name} onClick=${() => {
              setOpen(false);
              onChange(named(name));
            }}>${words}</button>
          `)}</div>
          <label>From <input ref=${from} type="datetime-local" step="1" /></label>
          <label>To <input ref=${to} type="datetime-local" step="1" /></label>
          <p class="muted"><${Zone} /></p>
          ${wrong && html`<p class="wrong" role="alert">${wrong}</p>`}
          <button class="button primary" type="submit">Apply</button>
          ${range && html`<${CopyButton} label="Copy a link with these times" text=${() => link(range)} />`}
        </form>
      `}
    </div>
  `;
}

/** The URL of this view with fixed times: it shows the same tomorrow. */
function link(range) {
  const { view, params } = current();
  return location.origin + href(view, { ...params, ...fixed(range.from, range.to) });
}

/** The format of the input element: local time without a zone. */
function local(ms) {
  return iso(ms - new Date(ms).getTimezoneOffset() * 60_000).slice(0, 19);
}
