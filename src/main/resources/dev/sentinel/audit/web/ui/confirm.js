// Asks before something is sent, stopped or ended. A dialog, so that the keyboard is in it and Escape leaves it.
import { html, useLayoutEffect, useRef, useState } from "./dom.js";

/** What is wrong with a field is said of its name. */
function messageOf({ message, errors = [] }) {
  return errors.map(({ pointer, detail }) => `${pointer.slice(1)}: ${detail}`).join(". ") || message;
}

/**
 * @param title the question
 * @param verb the words of the button that does it
 * @param children what will happen, and fields
 * @param onConfirm called with the form; returns a promise, whose failure is shown
 * @param onClose called when the dialog has closed
 */
export function Confirm({ title, verb, children, onConfirm, onClose }) {
  const dialog = useRef(null);
  const [{ busy, error }, setState] = useState({ busy: false, error: null });
  useLayoutEffect(() => dialog.current.showModal(), []);
  const submit = async (event) => {
    event.preventDefault();
    setState({ busy: true, error: null });
    try {
      await onConfirm(event.target);
      dialog.current?.close();
    } catch (failed) {
      setState({ busy: false, error: failed });
    }
  };
  return html`
    <dialog class="confirm" ref=${dialog} aria-labelledby="confirm-title" onClose=${onClose}
      onClick=${(event) => event.target === dialog.current && dialog.current.close()}>
      <form onSubmit=${submit}>
        <h2 id="confirm-title">${title}</h2>
        ${children}
        ${error && html`<p class="wrong" role="alert">${messageOf(error)}</p>`}
        <p class="confirm-buttons">
          <button type="submit" class="button primary" disabled=${busy}>${verb}</button>
          <button type="button" class="button" onClick=${() => dialog.current.close()}>Cancel</button>
        </p>
      </form>
    </dialog>
  `;
}
