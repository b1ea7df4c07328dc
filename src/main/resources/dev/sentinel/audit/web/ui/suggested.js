// A field for an id, with suggestions.
import { getJson } from "./api.js";
import { html, useEffect, useRef, useState } from "./dom.js";

const MAX_SHOWN = 20;

/**
 * @param value the current id
 * @param suggest returns a promise of ids for what was typed; without it, nothing is suggested
 * @param onChange called with an id, or null if the field was emptied
 */
export function Suggested({ label, placeholder, value, suggest, onChange }) {
  const [ids, setIds] = useState([]);
  const input = useRef(null);
  const list = `ids-of-${label.toLowerCase().replaceAll(" ", "-")}`;
  // A suggestion is a help; the field works without it.
  const offer = () => {
    const typed = input.current.value;
    // A late answer is one to what was typed before.
    suggest?.(typed).then((found) => input.current?.value === typed && setIds(found), () => {});
  };
  useEffect(() => {
    input.current.value = value ?? "";
  }, [value]);
  return html`
    <input ref=${input} type="search" class="field-input suggested" list=${list} aria-label=${label} placeholder=${placeholder}
      autocomplete="off" spellcheck="false" onFocus=${offer} onInput=${offer}
      onChange=${(event) => onChange(event.target.value.trim() || null)} />
    <datalist id=${list}>${ids.map((id) => html`<option key=${id} value=${id} />`)}</datalist>
  `;
}

/** The ids of agents that begin with a text. */
export async function agentIds(prefix) {
  const { agents } = await getJson("/v1/agents", { prefix, limit: MAX_SHOWN });
  return agents.map((agent) => agent.agent_instance_id);
}
