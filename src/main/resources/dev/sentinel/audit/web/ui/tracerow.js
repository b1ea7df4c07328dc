// One event of a trace as a row: what happened, and when.
import { Status } from "./detail.js";
import { classes, html } from "./dom.js";
import { ClockMark } from "./eventtime.js";
import { clock, duration, plural, words } from "./format.js";
import { Icon } from "./icons.js";
import { Name, plain } from "./names.js";
import { noteOf } from "./notes.js";

/** Deeper steps are not moved further to the right. */
const MAX_INDENT = 12;

/** The time labels: at the start, at the end, and after each shortened gap. */
export function Axis({ axis, compact }) {
  const after = (time) => (time === axis.origin ? "0" : `+${duration(time - axis.origin)}`);
  const marks = [{ x: 0, text: after(axis.start) }];
  for (const cut of axis.cuts) {
    const x = cut.x + cut.width;
    if (x - marks.at(-1).x > (compact ? 0.3 : 0.09) && x < (compact ? 0.65 : 0.88)) marks.push({ x, text: after(cut.to) });
  }
  if (axis.cuts.length === 0) {
    for (const x of compact ? [0.45] : [0.25, 0.5, 0.75]) marks.push({ x, text: after(axis.start + (axis.end - axis.start) * x) });
  }
  return html`
    ${marks.map(({ x, text }) => html`<span key=${text} class="tick" style=${{ left: `${x * 100}%` }}>${text}</span>`)}
    <span class="tick last">${after(axis.end)}</span>
  `;
}

/**
 * @param lane the color of the agent
 * @param named whether the name of the agent is shown
 * @param tree {closed, onToggle} if the bar is one of a tree; null in a list
 */
export function Row({ bar, axis, idle, lane, named, tree }) {
  const { event, start, end } = bar;
  const left = axis.x(start);
  const width = Math.max(0, axis.x(end) - left);
  // The label is after the bar, or before it, or where neither has room, in it.
  const place = left + width <= 0.75 ? "after" : left >= 0.25 ? "before" : "in";
  const note = noteOf(event);
  const took = event.latency_ms === null ? "" : duration(event.latency_ms);
  const waited = idle >= 1_000 ? `${duration(idle)} later` : "";
  return html`
    <span role="gridcell" class="w-name" title=${`${event.actor}: ${words(event.action_type)}`}
      style=${tree ? { paddingLeft: `${Math.min(bar.depth, MAX_INDENT) * 16}px` } : {}}>
      ${tree && html`<${Twist} bar=${bar} tree=${tree} />`}
      <span class=${`who ${event.actor}`}><${Icon} name=${event.actor} /><span class="visually-hidden">${event.actor}</span></span>
      ${note === null ? html`<span class="mono w-resource"><${Name} text=${event.resource} /></span>`
        : html`<span class="w-resource"><span class="muted">Note:</span> <${Name} text=${note} /></span>`}
      ${named && html`<span class="lane w-agent" style=${{ "--lane": lane }} title=${plain(event.agent_instance_id)}><${Name} text=${event.agent_instance_id} /></span>`}
      ${event.status !== "success" && html`<${Status} status=${event.status} />`}
      <${ClockMark} event=${event} />
      <span class="w-clock muted">${clock(event.timestamp)}</span>
    </span>
    <span role="gridcell" class="w-axis"><span class="w-span">
      ${axis.cuts.map((cut) => html`<span key=${cut.from} class="cut" aria-hidden="true"
        style=${{ left: `${cut.x * 100}%`, width: `${cut.width * 100}%` }}></span>`)}
      <span class=${classes("w-bar", event.status, event.actor, event.latency_ms === null && "instant")}
        style=${{ "--lane": lane, left: `${left * 100}%`, width: `${width * 100}%` }}></span>
      <span class=${`w-label ${place}`} style=${{
        after: { left: `${(left + width) * 100}%` },
        before: { right: `${(1 - left) * 100}%` },
        in: { left: `${left * 100}%` },
      }[place]}>
        ${took}${took && waited && " · "}<span class="muted">${waited}</span></span>
    </span></span>
  `;
}

/** Opens and closes the steps within one. The keys are those of the list: right and left. */
function Twist({ bar, tree: { closed, onToggle } }) {
  if (bar.inner === 0) return html`<span class="twist"></span>`;
  return html`<button type="button" class=${classes("twist", closed && "closed")} tabindex="-1" title=${`${closed ? "Show" : "Hide"} ${plural(bar.inner, "step")} (${closed ? "→" : "←"})`}
    onClick=${(event) => {
      event.stopPropagation();
      onToggle();
    }}><${Icon} name="later" /><span class="visually-hidden">${closed ? "Show" : "Hide"} ${plural(bar.inner, "step")}</span></button>`;
}
