/** The parts of Monaco's own hover that `hover-room.ts` changes; the package has no types for its inside. */
declare module "monaco-editor/editor/contrib/hover/browser/contentHoverWidget.js" {
  import type { IPosition } from "monaco-editor/editor/editor.api.js";

  interface Size {
    readonly width: number;
    readonly height: number;
  }
  export class ContentHoverWidget {
    static _lastDimensions: Size;
    _renderedHover?: { readonly showAtPosition: IPosition };
    readonly _resizableNode: { maxSize: Size };
    _availableVerticalSpaceAbove(position: IPosition): number | undefined;
    _availableVerticalSpaceBelow(position: IPosition): number | undefined;
    _setHoverWidgetMaxDimensions(width: number, height: number): void;
    _updateMaxDimensions(): void;
  }
}

declare module "monaco-editor/base/browser/dom.js" {
  export class Dimension {
    readonly width: number;
    readonly height: number;
    constructor(width: number, height: number);
  }
}
