// The query line: terms as chips, and an input with completion (ARIA Authoring Practices, combobox with list).
import { complete } from "./completion.js";
import { classes, html, useEffect, useRef, useState } from "./dom.js";
import { chipsOf, joined, partsOf, withoutChip } from "./filter.js";
import { Icon } from "./icons.js";
import { identify } from "./identify.js";
import { Name, plain } from "./names.js";
import { takeTyped, useKeys } from "./keys.js";

/**
 * @param line the query line
 * @param mistake what is wrong with it, see {@link mistakeOf}; null if nothing is
 * @param onChange called with the new query line
 * @param onEvent called with the id of an event that was typed
 */
export function QueryBar({ line, mistake, onChange, onEvent }) {
  const input = useRef(null);
  const [text, setText] = useState("");
  const [options, setOptions] = useState([]);
  const [chosen, choose] = useState(-1);
  const [open, setOpen] = useState(false);
  const chips = chipsOf(line);
  const latest = useRef(null);
  latest.current = { line, onChange };

  useEffect(() => () => {
    latest.current = null;
  }, []);

  useKeys({ "/": () => input.current.focus() });

  useEffect(() => {
    // The key / in another view came here.
    const typed = takeTyped();
    if (typed === null) return;
    setText(typed);
    input.current.focus();
  }, []);

  useEffect(() => {
    let current = true;
    if (!open) return undefined;
    complete(text).then((found) => {
      if (!current) return;
      setOptions(found);
      choose(-1);
    });
    return () => {
      current = false;
    };
  }, [text, open]);

  const submit = async (added) => {
    setText("");
    setOpen(false);
    const named = await identify(added.trim());
    // The line may be another one by now, and so may the view.
    if (latest.current === null) return;
    if (named?.event) onEvent(named.event);
    else latest.current.onChange(joined(latest.current.line, named?.term ?? added));
  };
  const take = (option) => {
    if (option.unfinished) {
      setText(option.text);
      setOpen(true);
      input.current.focus();
    } else {
      submit(option.text);
    }
  };
  const change = (index) => {
    onChange(withoutChip(line, index));
    setText(chips[index].text);
    input.current.focus();
  };
  const pressed = (event) => {
    const shown = open && options.length > 0;
    if (event.key === "ArrowDown" && shown) choose((chosen + 1) % options.length);
    else if (event.key === "ArrowUp" && shown) choose((chosen + options.length - (chosen < 0 ? 0 : 1)) % options.length);
    else if (event.key === "Tab" && shown && text && !event.shiftKey) take(options[Math.max(0, chosen)]);
    else if (event.key === "Enter" && shown && chosen >= 0) take(options[chosen]);
    else if (event.key === "Enter" && text.trim()) submit(text);
    else if (event.key === "Escape" && open) setOpen(false);
    else if (event.key === "Escape") input.current.blur();
    else if (event.key === "Backspace" && !text && chips.length > 0) change(chips.length - 1);
    else return;
    event.preventDefault();
  };
  return html`
    <div class="querybar" role="search">
      <${Icon} name="search" />
      ${chips.map((chip, index) => html`
        <${Chip} key=${`${index} ${chip.text}`} text=${chip.text}
          wrong=${mistake !== null && chip === chips.findLast(({ at }) => at <= mistake.at) ? mistake.message : null}
          onChange=${() => change(index)} onRemove=${() => onChange(withoutChip(line, index))} />
      `)}
      <input ref=${input} type="text" role="combobox" autocomplete="off" spellcheck="false"
        aria-label="Filter events" aria-expanded=${open && options.length > 0} aria-controls="completions"
        aria-autocomplete="list" aria-activedescendant=${chosen >= 0 ? `completion-${chosen}` : undefined}
        placeholder=${chips.length > 0 ? "" : "status:error  resource:book_*  latency:>500  or any text"}
        value=${text} onInput=${(event) => {
          setText(event.target.value);
          setOpen(true);
        }} onKeyDown=${pressed} onFocus=${() => setOpen(true)} onBlur=${() => setOpen(false)} />
      ${(chips.length > 0 || text) && html`
        <button type="button" class="icon-button" title="Clear all filters" onClick=${() => {
          setText("");
          onChange("");
          input.current.focus();
        }}><${Icon} name="close" /><span class="visually-hidden">Clear all filters</span></button>
      `}
      <ul id="completions" role="listbox" aria-label="Suggestions" hidden=${!open || options.length === 0}>
        ${options.map((option, index) => html`
          <li key=${option.label} id=${`completion-${index}`} role="option" aria-selected=${index === chosen}
            class=${index === chosen ? "chosen" : ""}
            onMouseDown=${(event) => event.preventDefault()} onClick=${() => take(option)}
            ><span class="completion-value"><${Name} text=${option.label} /></span> ${option.about && html`<span class="muted">${option.about}</span>`}</li>
        `)}
      </ul>
    </div>
  `;
}

function Chip({ text, wrong, onChange, onRemove }) {
  const { minus, key, value } = partsOf(text);
  return html`
    <span class=${classes("chip", minus && "not", wrong && "wrong")} title=${wrong ?? ""}>
      <button type="button" class="chip-text" title=${wrong ?? "Change"} onClick=${onChange}>
        ${minus && html`<span class="chip-not">not </span>`}${key && html`<span class="chip-key">${key}:</span>`}<span class="chip-value"><${Name} text=${value} /></span>
      </button>
      <button type="button" class="chip-remove" aria-label=${`Remove filter ${plain(text)}`} onClick=${onRemove}><${Icon} name="close" /></button>
    </span>
  `;
}
