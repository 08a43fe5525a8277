import type { editor } from "monaco-editor/editor/editor.api.js";

type Monaco = typeof import("./monaco/setup.ts").monaco;
type Editor = ReturnType<Monaco["editor"]["create"]>;

interface OpenFile {
  readonly model: editor.ITextModel;
  /** Where the reader was in it. */
  view: editor.ICodeEditorViewState | null;
}

/** Which text is on view: a file as the reader has it, or as the run has it. */
export interface Shown {
  readonly file: string;
  readonly ofRun: boolean;
}

/** The name of a file in the address of its model: `ringside:/PROGRAM/own/lib/console.inc`; null for another model. */
export function fileOf(uri: { readonly scheme: string; readonly path: string }): string | null {
  return uri.scheme === SCHEME ? uri.path.split("/").slice(3).join("/") : null;
}

const SCHEME = "ringside";

/** The files that have been on view, each with its own undo history, selection and scrolling. */
export class Models {
  private readonly monaco: Monaco;
  private readonly language: string;
  private readonly open = new Map<string, OpenFile>();
  private desk = "";

  constructor(monaco: Monaco, language: string) {
    this.monaco = monaco;
    this.language = language;
  }

  /**
   * Puts a file on view with this text. Answers whether it was on view, or at all, before.
   * @param desk whose files these are; those of another are closed
   */
  show(on: Editor, desk: string, { file, ofRun }: Shown, text: string): "same" | "back" | "new" {
    const key = `${ofRun ? "run" : "own"}/${file}`;
    const before = this.desk === desk ? this.shown(on) : null;
    if (desk !== this.desk) on.setModel(null);
    if (desk !== this.desk) this.dispose();
    this.desk = desk;
    const known = this.open.get(key);
    const model = known?.model ?? this.make(desk, key, text);
    if (model.getValue() !== text) replaceText(model, text);
    if (on.getModel() === model) return "same";
    if (before !== null) before.view = on.saveViewState();
    on.setModel(model);
    if (known?.view) on.restoreViewState(known.view);
    return known === undefined ? "new" : "back";
  }

  private shown(on: Editor): OpenFile | null {
    for (const open of this.open.values()) if (open.model === on.getModel()) return open;
    return null;
  }

  private make(desk: string, key: string, text: string): editor.ITextModel {
    const path = `/${encodeURIComponent(desk)}/${key}`;
    const uri = this.monaco.Uri.from({ scheme: SCHEME, path });
    const model = this.monaco.editor.createModel(text, this.language, uri);
    model.updateOptions({ tabSize: 8 });
    this.open.set(key, { model, view: null });
    return model;
  }

  dispose(): void {
    for (const { model } of this.open.values()) model.dispose();
    this.open.clear();
  }
}

/** Sets a text from elsewhere so that Ctrl+Z brings the one before back, and only what differs is replaced. */
function replaceText(model: editor.ITextModel, text: string): void {
  const old = model.getValue();
  let start = 0;
  while (start < old.length && start < text.length && old[start] === text[start]) start++;
  let end = 0;
  const most = Math.min(old.length, text.length) - start;
  while (end < most && old[old.length - 1 - end] === text[text.length - 1 - end]) end++;
  const from = model.getPositionAt(start);
  const to = model.getPositionAt(old.length - end);
  const range = {
    startLineNumber: from.lineNumber,
    startColumn: from.column,
    endLineNumber: to.lineNumber,
    endColumn: to.column,
  };
  model.pushStackElement();
  model.pushEditOperations([], [{ range, text: text.slice(start, text.length - end) }], () => null);
  model.pushStackElement();
}
