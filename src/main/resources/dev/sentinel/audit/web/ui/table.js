// A table whose columns can be sorted.
import { html, useMemo, useState } from "./dom.js";

/** So many rows are shown at first, and more of them on demand. */
const ROWS = 500;

/**
 * @param label the name of the table for screen readers
 * @param columns by name: each {label, by, numeric, cell}: the value to sort by, whether the largest comes first, and
 *     what the cell shows of a row; without `by`, the column cannot be sorted by
 * @param rows the rows; `idOf` returns the id of a row
 * @param first the name of the column that the table is sorted by at first
 * @param stacked whether a narrow window shows each row as a card with the labels of its columns
 * @param least so many rows are shown at first
 */
export function Table({ label, columns, rows, idOf, first, stacked = false, least = ROWS }) {
  const [order, setOrder] = useState({ column: first, down: columns[first].numeric === true });
  const [shown, show] = useState(least);
  const sorted = useMemo(() => sort(rows, columns[order.column].by, order.down), [rows, order]);
  return html`
    <div class="table-panel" tabindex="0" role="region" aria-label=${label}>
      <table class=${stacked ? "stacked" : ""}>
        <thead><tr>${Object.entries(columns).map(([name, column]) => html`
          <${Column} key=${name} name=${name} column=${column} order=${order} onOrder=${setOrder} />`)}</tr></thead>
        <tbody>${sorted.slice(0, shown).map((row) => html`
          <tr key=${idOf(row)}>${Object.entries(columns).map(([name, { label: head, numeric, cell }]) => html`
            <td key=${name} class=${numeric ? "numeric" : ""} data-label=${stacked ? head : undefined}>${cell(row)}</td>`)}</tr>
        `)}</tbody>
      </table>
      ${rows.length > shown && html`<p class="state small"><button type="button" class="button" onClick=${() => show(shown + ROWS)}>
        Show ${Math.min(ROWS, rows.length - shown)} more</button></p>`}
    </div>
  `;
}

function sort(rows, by, down) {
  const sign = down ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [left, right] = [by(a), by(b)];
    return left < right ? -sign : left > right ? sign : 0;
  });
}

function Column({ name, column, order, onOrder }) {
  if (!column.by) return html`<th scope="col" class="unsorted">${column.label}</th>`;
  const current = order.column === name;
  const sort = current ? (order.down ? "descending" : "ascending") : "none";
  return html`
    <th scope="col" aria-sort=${sort} class=${column.numeric ? "numeric" : ""}>
      <button type="button" onClick=${() => onOrder({ column: name, down: current ? !order.down : column.numeric === true })}>
        ${column.label}<span aria-hidden="true">${current ? (order.down ? " ↓" : " ↑") : ""}</span></button>
    </th>
  `;
}
