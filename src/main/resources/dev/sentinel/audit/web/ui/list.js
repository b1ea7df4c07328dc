// A grid with any number of rows of the same height. Only the visible rows are in the document. The grid is a single
// tab stop, and the arrow keys move the selected row (ARIA Authoring Practices, grid with aria-activedescendant).
import { useRowHeight } from "./appearance.js";
import { classes, html, useEffect, useLayoutEffect, useRef, useState } from "./dom.js";

const OVERSCAN = 8;

/**
 * @param items the listed items; `idOf` returns the id of an item
 * @param style style properties of the grid
 * @param header the row of column names
 * @param row renders the cells of an item
 * @param rowHeight in pixels, where rows are comfortable
 * @param selected the id of the selected item, or null
 * @param onSelect called with the item to select
 * @param onOpen called with the activated item
 * @param onEnd called when the last items become visible
 * @param onScroll called on scrolling, with whether the list is at its top
 * @param tree of items that are within others: {levelOf, isOpen, onToggle}. Right and left open and close an item
 *     (ARIA Authoring Practices, treegrid)
 */
export function Grid({ label, className, style, items, idOf, header, row, rowHeight: roomy, selected, onSelect, onOpen, onEnd, onScroll, tree }) {
  const box = useRef(null);
  const [view, setView] = useState({ top: 0, height: 600 });
  const rowHeight = useRowHeight(roomy);
  const head = rowHeight;
  const index = selected === null ? -1 : items.findIndex((item) => idOf(item) === selected);

  const notifyScroll = useRef(null);
  notifyScroll.current = (top) => onScroll?.(top < rowHeight / 2);

  useLayoutEffect(() => {
    const node = box.current;
    const measure = () => setView({ top: node.scrollTop, height: node.clientHeight });
    const scrolled = () => {
      measure();
      notifyScroll.current(node.scrollTop);
    };
    const observer = new ResizeObserver(measure);
    observer.observe(node);
    // Not as a property of the template: the browser dispatches scroll events with the next frame, when the node may be gone.
    node.addEventListener("scroll", scrolled, { passive: true });
    return () => {
      observer.disconnect();
      node.removeEventListener("scroll", scrolled);
    };
  }, []);

  const first = Math.max(0, Math.floor(view.top / rowHeight) - OVERSCAN);
  const last = Math.min(items.length, Math.ceil((view.top + view.height) / rowHeight) + OVERSCAN);

  useEffect(() => {
    if (last >= items.length - OVERSCAN) onEnd?.();
  }, [last, items.length]);

  useEffect(() => {
    if (index >= 0) reveal(index);
  }, [selected]);

  const reveal = (at) => {
    const { scrollTop, clientHeight } = box.current;
    const top = at * rowHeight;
    if (top < scrollTop) box.current.scrollTop = top;
    else if (top + rowHeight + head > scrollTop + clientHeight) {
      box.current.scrollTop = top + rowHeight + head - clientHeight;
    }
  };
  const pressed = (event) => {
    const page = Math.max(1, Math.floor(view.height / rowHeight) - 2);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -items.length, End: items.length };
    if (event.key === "Enter" && index >= 0) {
      event.preventDefault();
      onOpen(items[index]);
    } else if (tree && index >= 0 && (event.key === "ArrowRight" || event.key === "ArrowLeft")) {
      event.preventDefault();
      if (tree.isOpen(items[index]) !== undefined) tree.onToggle(items[index], event.key === "ArrowRight");
    } else if (steps[event.key] && items.length > 0) {
      event.preventDefault();
      const next = index < 0 ? 0 : Math.min(items.length - 1, Math.max(0, index + steps[event.key]));
      onSelect(items[next]);
    }
  };
  return html`
    <div class=${classes("grid", className)} role=${tree ? "treegrid" : "grid"} aria-label=${label} aria-rowcount=${items.length + 1} tabindex="0"
      aria-activedescendant=${index >= first && index < last ? `row-${selected}` : undefined}
      style=${style} ref=${box} onKeyDown=${pressed}>
      <div class="grid-row grid-head" role="row" aria-rowindex="1">${header}</div>
      <div class="grid-body" role="rowgroup" style=${{ height: `${items.length * rowHeight}px` }}>
        ${items.slice(first, last).map((item, offset) => {
          const at = first + offset;
          const id = idOf(item);
          return html`
            <div key=${id} id=${`row-${id}`} role="row" aria-rowindex=${at + 2} aria-selected=${id === selected}
              aria-level=${tree?.levelOf(item)} aria-expanded=${tree?.isOpen(item)}
              class=${classes("grid-row", id === selected && "selected")}
              style=${{ transform: `translateY(${at * rowHeight}px)`, height: `${rowHeight}px` }}
              onClick=${() => onOpen(item)}>
              ${row(item, at)}
            </div>
          `;
        })}
      </div>
    </div>
  `;
}

/** The item that is `by` rows away from the selected one, within bounds; null if there are no items. */
export function step(items, idOf, selected, by) {
  if (items.length === 0) return null;
  const index = items.findIndex((item) => idOf(item) === selected);
  return items[index < 0 ? 0 : Math.min(items.length - 1, Math.max(0, index + by))];
}
