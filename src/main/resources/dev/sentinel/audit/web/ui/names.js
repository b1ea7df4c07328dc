// Texts that agents choose, such as ids and resources. They may contain characters that nobody sees, or that change the
// order of what stands beside them (Unicode UTR 36), so that two names look the same or one looks like another. Those
// characters are shown by their numbers, and a text never changes the order of what is around it.
import { html } from "./dom.js";

/** Controls, formats such as U+202E, line separators, and others that have no width. Not those that belong to emoji. */
const UNSEEN = /(?<!\p{Extended_Pictographic}\ufe0f?)\u200d|(?!\u200d)[\p{Cc}\p{Cf}\p{Cs}]|[\u2028\u2029\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0]/u;
const PARTS = new RegExp(`(${UNSEEN.source})`, "u");

/** A name as an element: what it contains is its text content, unchanged. */
export function Name({ text }) {
  return html`<bdi>${marked(text)}</bdi>`;
}

/** The parts of a text, with unseen characters marked. */
export function marked(text, { lines = false } = {}) {
  return String(text).split(PARTS).map((part, index) => {
    if (index % 2 === 0 || (lines && (part === "\n" || part === "\t"))) return part;
    return html`<span key=${index} class="unseen" data-code=${code(part)}>${part}</span>`;
  });
}

/** A name as plain text, for tooltips, labels and titles. */
export function plain(text) {
  const parts = String(text).split(PARTS);
  if (parts.length === 1) return parts[0];
  return parts.map((part, index) => (index % 2 === 0 ? part : `[${code(part)}]`)).join("");
}

function code(character) {
  return `U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
}
