// Notes of people on a run. Each is an event of the run, so it can be neither changed nor removed.
import { change, hasPageToken } from "./api.js";
import { Confirm } from "./confirm.js";
import { html, useState } from "./dom.js";
import { dateTime, utc } from "./format.js";
import { marked, Name } from "./names.js";

const RESOURCE = "sentinel.note";

/** No client writes events of this agent. */
const SERVER = "sentinel";

const MAX_CHARACTERS = 10_000;

/** The text of a note; null for any other event. */
export function noteOf({ resource, actor, metadata }) {
  return resource === RESOURCE && actor === "human" && typeof metadata?.text === "string" ? metadata.text : null;
}

/** Who wrote a note. The id of the key is what the server vouches for. */
function Writer({ event: { on_behalf_of: name, submitted_by: key } }) {
  return html`${name ? html`<strong><${Name} text=${name} /></strong>` : "Somebody"}${key ? html` with the key <span class="mono">${key}</span>` : " without a key"}`;
}

/**
 * @param events of the run, in the order of time
 * @param onOpen called with the event that is to be shown
 */
export function Notes({ events, onOpen }) {
  const notes = events.filter((event) => noteOf(event) !== null);
  if (notes.length === 0) return null;
  const steps = new Map(events.map((event) => [event.event_id, event]));
  return html`
    <section class="panel notes" aria-label="Notes" tabindex="0">
      <h2>Notes</h2>
      <ul>
        ${notes.map((event) => {
          const about = steps.get(event.metadata.about);
          return html`
            <li key=${event.event_id}>
              <p class="note-text"><bdi>${marked(noteOf(event), { lines: true })}</bdi></p>
              <p class="muted"><${Writer} event=${event} />, <time datetime=${event.timestamp} title=${utc(event.timestamp)}>${dateTime(event.timestamp)}</time>${
                about && html`, on the step <button type="button" class="link mono" onClick=${() => onOpen(about)}><${Name} text=${about.resource} /></button>`}</p>
            </li>
          `;
        })}
      </ul>
    </section>
  `;
}

/**
 * @param trace the id of the run
 * @param agents those of the run that the user may see
 * @param step the event that is open; null if none is
 * @param signedIn whether the server asks for a key
 * @param onDone called when the note is stored
 */
export function NoteButton({ trace, agents, step, signedIn, onDone }) {
  const [asked, ask] = useState(false);
  const [said, say] = useState("");
  const possible = agents.filter((agent) => agent !== SERVER);
  const about = step && step.agent_instance_id !== SERVER ? step : null;
  if (possible.length === 0) return null;
  const click = () => {
    if (signedIn && !hasPageToken()) say("Another tab signed in. Sign out and in again here, to write from this tab.");
    else ask(newId());
  };
  const write = async (form) => {
    await change("POST", "/v1/notes", {
      // Of the dialog: if it is sent twice, it is stored once.
      event_id: asked,
      trace_id: trace,
      text: form.elements.text.value,
      agent_instance_id: about?.agent_instance_id ?? form.elements.agent?.value ?? possible[0],
      ...(about && { about: about.event_id, parent_span_id: about.span_id ?? undefined, session_id: about.session_id ?? undefined }),
    });
    onDone();
  };
  return html`
    <button type="button" class="button" aria-haspopup="dialog" onClick=${click}>Add a note</button>
    <span class="wrong" role="status">${said}</span>
    ${asked && html`
      <${Confirm} title="Add a note to this run" verb="Add it" onConfirm=${write} onClose=${() => ask(false)}>
        <div class="fields">
          <label>Note <textarea class="field-input" name="text" rows="5" required maxlength=${MAX_CHARACTERS} autofocus></textarea></label>
          ${about ? html`<p>On the step <span class="mono"><${Name} text=${about.resource} /></span>. Close the step to write about the whole run.</p>`
            : possible.length > 1 && html`<label>About the agent <select class="field-input" name="agent">${
              possible.map((agent) => html`<option key=${agent}>${agent}</option>`)}</select></label>`}
          <p class="muted">It becomes an event of the run, with your key and the time. Nobody can change or remove it later.</p>
        </div>
      <//>
    `}
  `;
}

/** A random UUID. The browser's own function is there only over TLS. */
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
