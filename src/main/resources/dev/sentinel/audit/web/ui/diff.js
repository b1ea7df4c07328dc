// Compares the steps of two runs. Pure functions.

/** Longer runs are compared as far as this: the table of their comparison has the square of it. */
export const MAX_STEPS = 1_500;

/**
 * Puts the steps of two runs side by side: those with the same action and resource, in their order, as many as possible
 * (a longest common subsequence). The others stand alone.
 *
 * @returns rows {left, right}; of a step that only one run has, the other is null
 */
export function align(left, right) {
  const names = (events) => events.slice(0, MAX_STEPS).map((event) => `${event.action_type} ${event.resource}`);
  const [a, b] = [names(left), names(right)];
  const width = b.length + 1;
  // At i and j: how many of the steps from there on can stand side by side.
  const common = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i * width + j] = a[i] === b[j]
        ? common[(i + 1) * width + j + 1] + 1
        : Math.max(common[(i + 1) * width + j], common[i * width + j + 1]);
    }
  }
  const rows = [];
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    if (i < a.length && j < b.length && a[i] === b[j]) rows.push({ left: left[i++], right: right[j++] });
    else if (j === b.length || (i < a.length && common[(i + 1) * width + j] >= common[i * width + j + 1])) rows.push({ left: left[i++], right: null });
    else rows.push({ left: null, right: right[j++] });
  }
  return rows;
}

/** What differs between two steps of the same kind: each {name, left, right}, as JSON; undefined where there is none. */
export function differences({ left, right }) {
  if (!left || !right) return [];
  const [a, b] = [flat(left), flat(right)];
  return [...new Set([...a.keys(), ...b.keys()])]
    .filter((name) => a.get(name) !== b.get(name))
    .map((name) => ({ name, left: a.get(name), right: b.get(name) }));
}

/** The members that a comparison is about, by their paths. Times, ids, agents and latencies differ in any two runs. */
function flat(event) {
  const members = new Map([["status", JSON.stringify(event.status)]]);
  const visit = (value, path) => {
    const inner = value !== null && typeof value === "object" && JSON.isRawJSON?.(value) !== true ? Object.entries(value) : [];
    if (inner.length === 0) members.set(path, JSON.stringify(value));
    else for (const [name, one] of inner) visit(one, `${path}.${name}`);
  };
  for (const [name, value] of Object.entries(event.metadata ?? {})) visit(value, name);
  return members;
}
