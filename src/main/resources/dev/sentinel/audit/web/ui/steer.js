// The buttons of a destination. Each asks once, because it sends something elsewhere or stops what is sent.
import { change } from "./api.js";
import { Confirm } from "./confirm.js";
import { definitionOf, DestinationForm } from "./destinationform.js";
import { html, useState } from "./dom.js";
import { count, duration, plural } from "./format.js";
import { LogPlace, placeOf } from "./logplace.js";

/** Nothing is delivered in these states. */
const HALTED = ["paused", "stopped", "reset"];

/**
 * @param of a destination as the API shows it
 * @param compact whether only the first two are shown
 * @param failures how many refused events are kept
 * @param onDone called after a change, with {removed}: whether the destination is gone
 */
export function Steer({ of, compact = false, failures = 0, onDone }) {
  const [asked, ask] = useState(null);
  const [said, say] = useState(null);
  const path = `/v1/destinations/${encodeURIComponent(of.id)}`;
  const act = ACTS[asked];
  const run = async (form) => {
    say(null);
    const said = await act.run(path, form, of);
    say(said);
    onDone(said);
  };
  const button = (name) => html`<button type="button" class="button" aria-haspopup="dialog" onClick=${() => ask(name)}>${
    ACTS[name].label}<span class="visually-hidden"> ${of.id}</span></button>`;
  return html`
    <div class="steer">
      ${button("test")}
      ${button(HALTED.includes(of.state) ? "resume" : "pause")}
      ${!compact && of.state === "stopped" && button("pause")}
      ${!compact && button(of.replay ? "endReplay" : "replay")}
      ${failures > 0 && html`${button("retry")}${button("forget")}`}
      ${!compact && of.made_by !== "environment" && html`${button("edit")}${button("remove")}`}
    </div>
    <p class=${said?.wrong ? "said wrong" : "said muted"} role="status">${said?.text ?? ""}</p>
    ${act && html`<${Confirm} title=${act.title(of.id)} verb=${act.verb ?? act.label} onConfirm=${run} onClose=${() => ask(null)}>${act.form(of)}<//>`}
  `;
}

const ACTS = {
  __proto__: null,
  test: {
    label: "Test",
    title: (id) => `Test ${id}?`,
    form: () => html`<p>This server connects to the destination and sends it a request without events. A receiver may show that.</p>`,
    run: async (path) => {
      const { ok, error, ms } = await change("POST", `${path}/test`);
      return ok ? { text: `The test succeeded in ${duration(ms)}.` } : { text: `The test failed: ${error}`, wrong: true };
    },
  },
  pause: {
    label: "Pause",
    title: (id) => `Pause ${id}?`,
    form: () => html`<p>Nothing is delivered until somebody resumes it. The log keeps the events, so none is lost.</p>`,
    run: async (path) => {
      await change("POST", `${path}/pause`);
      return { text: "Paused." };
    },
  },
  resume: {
    label: "Resume",
    title: (id) => `Resume ${id}?`,
    form: (of) => (of.state === "reset" ? html`
      <p>The log does not have what was delivered last. Where should deliveries go on?</p>
      <${LogPlace} label="From" name="from" kinds=${["now", "begin", "seq", "time"]} />
    ` : html`<p>It goes on where it was: ${of.lag_events === 0 ? "nothing is behind." : `${plural(of.lag_events, "event")} are delivered at once.`}</p>`),
    run: async (path, form, of) => {
      await change("POST", `${path}/resume`, of.state === "reset" ? { from: placeOf(form, "from") } : {});
      return { text: "Resumed." };
    },
  },
  replay: {
    label: "Replay",
    title: (id) => `Replay to ${id}?`,
    form: () => html`
      <p>A part of the log is delivered again, beside what goes on. The receiver gets these events a second time.</p>
      <${LogPlace} label="From" name="from" kinds=${["begin", "seq", "time"]} />
      <${LogPlace} label="Until, but without" name="until" kinds=${["now", "seq", "time"]} />
    `,
    run: async (path, form) => {
      const { replay } = await change("POST", `${path}/replay`, { from: placeOf(form, "from"), until: placeOf(form, "until") });
      return { text: replay ? `Replaying until position ${count(replay.until)}.` : "Replayed." };
    },
  },
  endReplay: {
    label: "End the replay",
    title: (id) => `End the replay to ${id}?`,
    form: ({ replay }) => html`<p>It has reached position ${count(replay.next)} of ${count(replay.until)}. What was delivered stays delivered.</p>`,
    run: async (path) => {
      await change("DELETE", `${path}/replay`);
      return { text: "The replay has ended." };
    },
  },
  retry: {
    label: "Retry failures",
    title: (id) => `Deliver the failures of ${id} again?`,
    form: () => html`<p>The events that were refused are sent again, one by one, up to 100 at a time.</p>`,
    run: async (path) => {
      const { delivered, refused, left, error } = await change("POST", `${path}/failures/retry`);
      return {
        text: `${plural(delivered, "event")} delivered, ${count(refused)} refused again, ${count(left)} left${error ? `: ${error}` : ""}.`,
        wrong: Boolean(error) || refused > 0,
      };
    },
  },
  forget: {
    label: "Forget failures",
    title: (id) => `Forget the failures of ${id}?`,
    form: () => html`<p>It never gets these events. They stay in the log, and an event of the agent sentinel keeps their positions.</p>`,
    run: async (path) => {
      const { removed } = await change("DELETE", `${path}/failures`);
      return { text: `${plural(removed, "failure")} forgotten.` };
    },
  },
  edit: {
    label: "Edit",
    verb: "Save",
    title: (id) => `Change ${id}?`,
    form: (of) => html`<${DestinationForm} of=${of} />`,
    run: async (path, form, of) => {
      await change("PATCH", path, definitionOf(form, of));
      return { text: "Changed." };
    },
  },
  remove: {
    label: "Remove",
    title: (id) => `Remove ${id}?`,
    form: ({ lag_events: lag }) => html`<p>Nothing more is delivered to it${lag > 0 && `, and ${plural(lag, "event")} never were`}. Its position, its settings and
      its failures are forgotten. What was delivered stays there.</p>`,
    run: async (path) => {
      await change("DELETE", path);
      return { text: "Removed.", removed: true };
    },
  },
};
