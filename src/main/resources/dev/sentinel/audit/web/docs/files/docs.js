// The search box of the documentation: finds words in an index that is loaded once, from the server of the page.
const MAX_FOUND = 12;
const SNIPPET_BEFORE = 40;
const SNIPPET_AFTER = 110;

// The public path of the guides, with a slash at its end.
const docs = document.querySelector(".brand").pathname;

const box = document.querySelector(".search");
const input = box.querySelector("input");
const found = box.querySelector(".found");
const count = found.querySelector(".found-count");
const list = found.querySelector("ol");

// Links of earlier versions to an operation of the API reference, such as /docs#/Capture/postEvents.
if (location.hash.startsWith("#/")) location.replace(`${docs}api-reference${location.hash}`);

let index;

/** The sections of all guides: {url, guide, title, text}. A failure is not kept, so that the next word tries again. */
function sections() {
  index ??= fetch(`${docs}search.json`)
    .then((response) => (response.ok ? response.json() : Promise.reject(new Error(`status ${response.status}`))))
    .catch((error) => {
      index = undefined;
      throw error;
    });
  return index;
}

/** How well a section fits: 0 unless it has every word; a word of the title counts more than one of the text. */
function score(section, words) {
  const guide = section.guide.toLowerCase();
  const title = section.title.toLowerCase();
  const text = section.text.toLowerCase();
  let sum = 0;
  for (const word of words) {
    const best = Math.max(8 * rank(title, word), 3 * rank(guide, word), rank(text, word));
    if (best === 0) return 0;
    sum += best;
  }
  return sum;
}

/** 3 for a whole word, 2 for the beginning of one, 1 for a part. */
function rank(text, word) {
  let best = 0;
  for (let at = text.indexOf(word); at >= 0 && best < 3; at = text.indexOf(word, at + 1)) {
    const starts = !isWord(text[at - 1]);
    const ends = !isWord(text[at + word.length]);
    best = Math.max(best, starts && ends ? 3 : starts ? 2 : 1);
  }
  return best;
}

function isWord(character) {
  return character !== undefined && /[\p{L}\p{N}_]/u.test(character);
}

async function search() {
  const query = input.value;
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) {
    found.hidden = true;
    return;
  }
  try {
    const all = await sections();
    if (query === input.value) show(ranked(all, words), words);
  } catch {
    report("The search index cannot be loaded. Is the server running?");
  }
}

function ranked(all, words) {
  return all
    .map((section) => ({ section, score: score(section, words) }))
    .filter((match) => match.score > 0)
    .sort((a, b) => b.score - a.score)
    .map((match) => match.section);
}

function show(matches, words) {
  const more = matches.length > MAX_FOUND ? `, the best ${MAX_FOUND} are shown` : "";
  report(matches.length === 0 ? "Nothing found" : `${matches.length} ${matches.length === 1 ? "section" : "sections"}${more}`);
  list.append(...matches.slice(0, MAX_FOUND).map((section) => item(section, words)));
}

function report(message) {
  list.replaceChildren();
  count.textContent = message;
  found.hidden = false;
}

function item(section, words) {
  const link = element("a", "found-link");
  link.href = section.url;
  link.append(
    element("span", "found-title", ...marked(section.title, words)),
    element("span", "found-guide", section.title === section.guide ? "" : section.guide),
    element("span", "found-text", ...marked(snippet(section.text, words), words)),
  );
  return element("li", "", link);
}

/** The part of a text around the first of the words in it. */
function snippet(text, words) {
  const lower = text.toLowerCase();
  const at = Math.max(0, Math.min(...words.map((word) => lower.indexOf(word)).filter((place) => place >= 0), text.length));
  // From the beginning of a word.
  const from = at < text.length && at > SNIPPET_BEFORE ? text.indexOf(" ", at - SNIPPET_BEFORE) + 1 : 0;
  const part = text.slice(from, from + SNIPPET_BEFORE + SNIPPET_AFTER);
  return `${from > 0 ? "…" : ""}${part}${from + part.length < text.length ? "…" : ""}`;
}

/** A text as nodes, with the words in it marked. */
function marked(text, words) {
  const lower = text.toLowerCase();
  const nodes = [];
  let done = 0;
  while (done < text.length) {
    const next = words
      .map((word) => ({ at: lower.indexOf(word, done), length: word.length }))
      .filter(({ at }) => at >= 0)
      .sort((a, b) => a.at - b.at || b.length - a.length)[0];
    if (!next) break;
    nodes.push(text.slice(done, next.at), element("mark", "", text.slice(next.at, next.at + next.length)));
    done = next.at + next.length;
  }
  return [...nodes, text.slice(done)];
}

function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

/** Moves the focus through the box and what was found. */
function move(step) {
  const stops = [input, ...list.querySelectorAll("a")];
  const next = stops[stops.indexOf(document.activeElement) + step];
  next?.focus();
}

function close() {
  found.hidden = true;
  input.focus();
}

input.addEventListener("input", search);
input.addEventListener("focus", () => {
  sections().catch(() => {});
  if (found.hidden) search();
});
box.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown") move(1);
  else if (event.key === "ArrowUp") move(-1);
  else if (event.key === "Enter" && event.target === input) list.querySelector("a")?.click();
  else if (event.key === "Escape" && !found.hidden) close();
  else return;
  event.preventDefault();
});
addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select");
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing) return;
  event.preventDefault();
  input.focus();
  input.select();
});
addEventListener("pointerdown", (event) => {
  if (!box.contains(event.target)) found.hidden = true;
});
box.addEventListener("focusout", (event) => {
  if (event.relatedTarget && !box.contains(event.relatedTarget)) found.hidden = true;
});
list.addEventListener("click", () => {
  // A link within the page shown does not load it anew.
  found.hidden = true;
});

box.hidden = false;
