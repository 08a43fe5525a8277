import { Dimension } from "monaco-editor/base/browser/dom.js";
import { ContentHoverWidget } from "monaco-editor/editor/contrib/hover/browser/contentHoverWidget.js";

/** Width of a hover, in CSS pixels, unless the reader drags its edge. */
const WIDTH = 902;
/** What Monaco keeps free at either side of the window, in CSS pixels. */
const SIDE = 15;
/** The least height, which Monaco gives every hover. */
const LEAST = 250;

/** Leaves fingers on a hover to the browser, which scrolls it; Monaco would take them for the text's. */
export function letFingersScrollHovers(editor: HTMLElement): void {
  const keep = (event: TouchEvent): void => {
    if (event.target instanceof Element && event.target.closest(".monaco-hover")) event.stopPropagation();
  };
  for (const name of ["touchstart", "touchmove", "touchend"] as const) {
    editor.addEventListener(name, keep, { passive: true });
  }
}

/**
 * Lets hovers have the room that there is above or below their line, whichever is more, and no more than the window's
 * width. Monaco stops at 250 pixels, which cuts an instruction's card through its table. What does not fit scrolls.
 */
export function giveHoversRoom(): void {
  ContentHoverWidget.prototype._updateMaxDimensions = function () {
    const at = this._renderedHover?.showAtPosition;
    const above = at === undefined ? 0 : (this._availableVerticalSpaceAbove(at) ?? 0);
    const below = at === undefined ? 0 : (this._availableVerticalSpaceBelow(at) ?? 0);
    const dragged = ContentHoverWidget._lastDimensions;
    const width = Math.min(Math.max(WIDTH, dragged.width), document.body.clientWidth - 2 * SIDE);
    const height = Math.max(above, below, LEAST);
    this._resizableNode.maxSize = new Dimension(width, height);
    this._setHoverWidgetMaxDimensions(width, height);
  };
}
