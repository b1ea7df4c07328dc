// The senders of this server, what became of their records, and what was refused and why: exporters hide their errors.
import { Barred, usePolled } from "./administration.js";
import { html } from "./dom.js";
import { ago, count, dateTime, plural, utc } from "./format.js";
import { Name } from "./names.js";
import { ignoredOf, Refused } from "./refused.js";
import { Empty, Failed, Loading } from "./states.js";
import { Table } from "./table.js";

const REFRESH_MS = 3_000;

export function Sources({ barred }) {
  if (barred) return html`<${Barred} title="Sources" why=${barred} />`;
  return html`<${Known} />`;
}

function Known() {
  const { answer, error, reload } = usePolled("/v1/sources", REFRESH_MS);
  return html`
    <div class="view sources">
      <div class="toolbar">
        <h1>Sources</h1>
        ${answer && html`<span class="muted" role="status">${plural(answer.sources.length, "source")} and ${plural(answer.problems.length, "problem")}
          ${" "}since this server started, <time datetime=${answer.since} title=${utc(answer.since)}>${ago(answer.since)}</time></span>`}
      </div>
      ${error && html`<${Failed} error=${error} onRetry=${reload} />`}
      ${!answer && !error && html`<${Loading} what="the sources" />`}
      ${answer && html`
        <section class="panel flush" aria-label="Refused">
          <h2>Refused <span class="hint">what went wrong last, newest first</span></h2>
          ${answer.problems.length === 0 ? html`<p class="state small">Nothing was refused.</p>` : html`<${Refused} problems=${answer.problems} />`}
        </section>
        <section class="panel flush" aria-label="Senders">
          <h2>Who sends <span class="hint">by program, protocol and key</span></h2>
          ${answer.sources.length === 0 ? html`<${Empty} title="Nobody has sent anything since this server started.">
              <p><code>bin/sentinel connect</code> prints what to paste into an agent.</p><//>`
            : html`<${Table} label="Table of senders" columns=${COLUMNS} rows=${answer.sources} idOf=${idOf} first="seen" stacked />`}
          ${answer.forgotten > 0 && html`<p class="state small">${plural(answer.forgotten, "source")} made place for others.</p>`}
        </section>
      `}
    </div>
  `;
}

function idOf({ key_id: key, protocol, producer }) {
  return JSON.stringify([key, protocol, producer]);
}

const figure = (label, name, className) => ({
  label, numeric: true, by: (source) => source[name],
  cell: (source) => html`<span class=${source[name] > 0 ? className : "muted"}>${count(source[name])}</span>`,
});

const COLUMNS = {
  producer: {
    label: "Program", by: ({ producer }) => producer.toLowerCase(),
    cell: ({ producer }) => (producer ? html`<${Name} text=${producer} />` : html`<span class="muted">says no name</span>`),
  },
  protocol: { label: "Protocol", by: ({ protocol }) => protocol, cell: ({ protocol }) => protocol },
  key: { label: "Key", by: ({ key_id: key }) => key ?? "", cell: ({ key_id: key }) => (key ? html`<span class="mono">${key}</span>` : html`<span class="muted">none</span>`) },
  seen: {
    label: "Last seen", numeric: true, by: ({ last_seen: seen }) => Date.parse(seen) || 0,
    cell: ({ first_seen: first, last_seen: seen }) => html`<time datetime=${seen}
      title=${`${dateTime(seen)}, ${utc(seen)}; first ${dateTime(first)}`}>${ago(seen)}</time>`,
  },
  requests: figure("Requests", "requests", ""),
  kept: figure("Kept", "kept", ""),
  duplicate: figure("Sent again", "duplicate", ""),
  conflict: figure("Conflicts", "conflict", "denied"),
  rejected: figure("Rejected", "rejected", "errors"),
  ignored: { label: "No action", by: ({ ignored }) => Object.values(ignored).reduce((sum, one) => sum + one, 0), numeric: true, cell: ignoredOf },
};
