// What is wrong with a filter, in the server's words, and what may have been meant.
import { html } from "./dom.js";
import { chipsOf, exactly, lineOf } from "./filter.js";

/** The mistake that a refused request names in a line: {at, message}, with the place of its character; null if the
 * request failed for another reason.
 */
export function mistakeOf(error, line) {
  const detail = error?.status === 422 && error.errors.find(({ pointer }) => pointer === "/query/filter")?.detail;
  if (!detail) return null;
  const [, column, message] = /^(?:column (\d+): )?(.*)$/s.exec(detail);
  // The server counts characters, of which JavaScript makes two if they are beyond the 65,536th.
  const at = [...line].slice(0, Number(column ?? 1) - 1).join("").length;
  return { at, message };
}

/** @param onChange called with a corrected line */
export function Mistake({ line, mistake, onChange }) {
  const { message } = mistake;
  return html`
    <div class="state failed mistake" role="alert">
      <p class="state-title">The filter is not valid, so nothing is listed and nothing can be exported.</p>
      <p>${message[0].toUpperCase() + message.slice(1)}</p>
      ${repairs(line, mistake).map((repair) => html`
        <button key=${repair.line} type="button" class="button primary" onClick=${() => onChange(repair.line)}>
          Use <span class="mono">${repair.label}</span></button>
      `)}
    </div>
  `;
}

/** What a wrong filter may have meant, as corrections: each the changed part and the whole line. */
function repairs(line, { at, message }) {
  const chips = chipsOf(line);
  const index = chips.findLastIndex((chip) => chip.at <= at);
  const chip = chips[index];
  const meant = /did you mean (\S+)\?/.exec(message)?.[1];
  if (meant) {
    const wrong = /^[^\s():"*.]*/.exec(line.slice(at))[0];
    const repaired = line.slice(0, at) + meant + line.slice(at + wrong.length);
    return [{ label: chipsOf(repaired)[index]?.text ?? repaired, line: repaired }];
  }
  if (!chip) return [];
  const replaced = (text, from = index) => lineOf([
    ...chips.slice(0, from), { text }, ...chips.slice(from + 1).filter((other) => other !== chip),
  ]);
  if (message.includes("write OR between them")) {
    const key = /^[^:]+:/.exec(chip.text)?.[0];
    const before = chips.findIndex((other) => other.text.startsWith(key));
    if (before < 0 || before === index) return [];
    const either = `(${chips[before].text} OR ${chip.text})`;
    return [{ label: either, line: replaced(either, before) }];
  }
  if (message.includes("a text with a colon must be in double quotes")) {
    const text = exactly("text", chip.text);
    return [{ label: text, line: replaced(text) }];
  }
  return [];
}
