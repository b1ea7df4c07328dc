// The query line: terms as chips, and an input with completion (ARIA Authoring Practices, combobox with list).
import { complete } from "./completion.js";
import { classes, html, useEffect, useRef, useState } from "./dom.js";
import { complaint, parse, print, printTerm, withoutTerm } from "./filter.js";
import { Icon } from "./icons.js";
import { useKeys } from "./keys.js";

/**
 * @param line the query line
 * @param onChange called with the new query line
 */
export function QueryBar({ line, onChange }) {
  const input = useRef(null);
  const [text, setText] = useState("");
  const [options, setOptions] = useState([]);
  const [chosen, choose] = useState(-1);
  const [open, setOpen] = useState(false);
  const terms = parse(line);

  useKeys({ "/": () => input.current.focus() });

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

  const submit = (added) => {
    setText("");
    setOpen(false);
    onChange(print([...terms, ...parse(added)].filter(Boolean)));
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
  const pressed = (event) => {
    const shown = open && options.length > 0;
    if (event.key === "ArrowDown" && shown) choose((chosen + 1) % options.length);
    else if (event.key === "ArrowUp" && shown) choose((chosen + options.length - (chosen < 0 ? 0 : 1)) % options.length);
    else if (event.key === "Tab" && shown && text && !event.shiftKey) take(options[Math.max(0, chosen)]);
    else if (event.key === "Enter" && shown && chosen >= 0) take(options[chosen]);
    else if (event.key === "Enter" && text.trim()) submit(text);
    else if (event.key === "Escape" && open) setOpen(false);
    else if (event.key === "Escape") input.current.blur();
    else if (event.key === "Backspace" && !text && terms.length > 0) {
      setText(printTerm(terms.at(-1)));
      onChange(withoutTerm(line, terms.length - 1));
    } else return;
    event.preventDefault();
  };
  return html`
    <div class="querybar" role="search">
      <${Icon} name="search" />
      ${terms.map((term, index) => html`
        <span key=${printTerm(term)} class=${classes("chip", complaint(term) && "wrong")} title=${complaint(term) ?? ""}>
          ${term.key !== "text" && html`<span class="chip-key">${term.key}:</span>`}
          <span class="chip-value">${term.key === "text" ? `“${term.value}”` : term.value}${term.prefix ? "*" : ""}</span>
          <button type="button" class="chip-remove" aria-label=${`Remove filter ${printTerm(term)}`}
            onClick=${() => onChange(withoutTerm(line, index))}><${Icon} name="close" /></button>
        </span>
      `)}
      <input ref=${input} type="text" role="combobox" autocomplete="off" spellcheck="false"
        aria-label="Filter events" aria-expanded=${open && options.length > 0} aria-controls="completions"
        aria-autocomplete="list" aria-activedescendant=${chosen >= 0 ? `completion-${chosen}` : undefined}
        placeholder=${terms.length > 0 ? "" : "agent:… status:error resource:book_*  or any text"}
        value=${text} onInput=${(event) => {
          setText(event.target.value);
          setOpen(true);
        }} onKeyDown=${pressed} onFocus=${() => setOpen(true)} onBlur=${() => setOpen(false)} />
      ${(terms.length > 0 || text) && html`
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
            onMouseDown=${(event) => event.preventDefault()} onClick=${() => take(option)}>${option.label}</li>
        `)}
      </ul>
    </div>
  `;
}
