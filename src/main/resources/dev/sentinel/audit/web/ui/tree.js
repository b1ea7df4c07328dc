// The steps of a trace as a tree: a step is within the step that its parent_span_id names. Pure functions.

/**
 * The bars {event, …} in the order of a tree: each before the steps within it, siblings in their order.
 *
 * @param bars in the order of time
 * @returns bars with depth, from 0, and inner: the number of steps within them, at any depth
 */
export function treeOf(bars) {
  const owners = new Map();
  for (const bar of bars) {
    const span = bar.event.span_id;
    // Of several events of one step, the first stands for it.
    if (span && !owners.has(span)) owners.set(span, bar);
  }
  const children = new Map();
  const roots = [];
  for (const bar of bars) {
    const parent = ownerOf(bar, owners);
    if (!parent) roots.push(bar);
    else if (children.has(parent)) children.get(parent).push(bar);
    else children.set(parent, [bar]);
  }
  const rows = [];
  const seen = new Set();
  // Not recursive: a chain of steps may be as long as the trace.
  const visit = (top) => {
    const stack = [{ bar: top, depth: 0 }];
    while (stack.length > 0) {
      const { bar, depth } = stack.pop();
      if (seen.has(bar)) continue;
      seen.add(bar);
      rows.push({ ...bar, depth, inner: 0 });
      for (const child of [...(children.get(bar) ?? [])].reverse()) stack.push({ bar: child, depth: depth + 1 });
    }
  };
  roots.forEach(visit);
  // Steps that are within each other have no root, and are shown all the same.
  bars.filter((bar) => !seen.has(bar)).forEach((bar) => seen.has(bar) || visit(bar));
  count(rows);
  return rows;
}

/** The bar of the step that a bar is within; another event of the same step is beside it. */
function ownerOf(bar, owners) {
  const { span_id: span, parent_span_id: parent } = bar.event;
  const owner = parent ? owners.get(parent) : undefined;
  return owner === bar || (span && parent === span) ? undefined : owner;
}

/** Counts the steps within each row: those that follow it and are deeper. */
function count(rows) {
  const open = [];
  rows.forEach((row, index) => {
    while (open.length > 0 && rows[open.at(-1)].depth >= row.depth) close(rows, open.pop(), index);
    open.push(index);
  });
  while (open.length > 0) close(rows, open.pop(), rows.length);
}

function close(rows, index, end) {
  rows[index].inner = end - index - 1;
}

/** The rows without those within closed ones.
 *
 * @param closed the ids of closed rows
 */
export function visible(rows, closed, idOf) {
  const shown = [];
  for (let index = 0; index < rows.length; index++) {
    shown.push(rows[index]);
    if (closed.has(idOf(rows[index]))) index += rows[index].inner;
  }
  return shown;
}
