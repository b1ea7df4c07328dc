// A field for an id, with suggestions for agents.
import { getJson } from "./api.js";
import { html, useEffect, useRef, useState } from "./dom.js";

const MAX_SHOWN = 20;

/**
 * @param value the current id
 * @param onChange called with an id, or null if the field was emptied
 */
export function Suggested({ label, placeholder, value, onChange }) {
  const [ids, setIds] = useState([]);
  const input = useRef(null);
  const list = `ids-of-${label.toLowerCase()}`;
  const suggest = async () => {
    if (label !== "Agent") return;
    const prefix = input.current.value;
    const answer = await getJson("/v1/agents", { prefix, limit: MAX_SHOWN }).catch(() => ({ agents: [] }));
    // A late answer to what was typed before.
    if (input.current?.value !== prefix) return;
    setIds(answer.agents.map((agent) => agent.agent_instance_id));
  };
  useEffect(() => {
    input.current.value = value ?? "";
  }, [value]);
  return html`
    <input ref=${input} type="search" class="field-input suggested" list=${list} aria-label=${label} placeholder=${placeholder}
      autocomplete="off" spellcheck="false" onFocus=${suggest} onInput=${suggest}
      onChange=${(event) => onChange(event.target.value.trim() || null)} />
    <datalist id=${list}>${ids.map((id) => html`<option key=${id} value=${id} />`)}</datalist>
  `;
}
