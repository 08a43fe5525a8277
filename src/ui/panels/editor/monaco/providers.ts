import type { editor, languages } from "monaco-editor/editor/editor.api.js";
import type { CompletionKind, Fix, Range, TextEdit } from "../../../../session/language/types.ts";
import { fileOf as fileOfUri } from "../models.ts";
import { questionAt } from "./host.ts";
import { cardMarkdown } from "./markdown.ts";

type Monaco = typeof import("monaco-editor/editor/editor.api.js");

/** The file that a model shows; null for the text of the run, which is not the one that is asked about. */
const fileOf = (model: editor.ITextModel): string | null => fileOfUri(model.uri);
const rangeOf = ({ line, column, endColumn }: Range) => ({
  startLineNumber: line,
  endLineNumber: line,
  startColumn: column,
  endColumn,
});

/** Tells Monaco whom to ask about the text: the worker, through the page. */
export function registerProviders(monaco: Monaco, language: string): void {
  const { CompletionItemKind: Kind, FoldingRangeKind } = monaco.languages;
  const kinds: Readonly<Record<CompletionKind, languages.CompletionItemKind>> = {
    mnemonic: Kind.Function,
    prefix: Kind.Keyword,
    directive: Kind.Keyword,
    preprocessor: Kind.Keyword,
    macro: Kind.Method,
    register: Kind.Variable,
    keyword: Kind.Keyword,
    label: Kind.Reference,
    constant: Kind.Constant,
    define: Kind.Constant,
    parameter: Kind.TypeParameter,
    file: Kind.File,
  };

  monaco.languages.registerHoverProvider(language, {
    async provideHover(model, at) {
      const here = questionAt(model, at, fileOf);
      if (here === null) return null;
      const { host, program, position } = here;
      const found = await host.ask({ kind: "hover", program, position, chosen: host.chosen() });
      if (!found) return null;
      return { range: rangeOf(found.range), contents: cardMarkdown(found.card, host).map((value) => ({ value })) };
    },
  });

  monaco.languages.registerCompletionItemProvider(language, {
    triggerCharacters: ["%", ".", '"', "[", " ", ","],
    async provideCompletionItems(model, at, context) {
      const here = questionAt(model, at, fileOf);
      if (here === null || (context.triggerCharacter === " " && !beginsOperand(model, at.lineNumber, at.column)))
        return null;
      const { host, program, position } = here;
      const found = await host.ask({ kind: "completions", program, position });
      if (found === undefined) return null;
      const range = rangeOf(found.range);
      return {
        suggestions: found.items.map(({ label, kind, detail, rank }) => ({
          label: detail === "" ? label : { label, description: detail },
          kind: kinds[kind],
          insertText: label,
          filterText: label,
          sortText: `${rank.toFixed(1)}${label}`,
          range,
          place: { host, program, position },
        })),
      };
    },
    async resolveCompletionItem(item) {
      const { place } = item as typeof item & { readonly place?: NonNullable<ReturnType<typeof questionAt>> };
      if (place === undefined) return item;
      const { host, program, position } = place;
      const label = typeof item.label === "string" ? item.label : item.label.label;
      const card = await host.ask({ kind: "describe", program, position, label, chosen: host.chosen() });
      if (!card) return item;
      return { ...item, documentation: { value: cardMarkdown(card, host).join("\n\n") } };
    },
  });

  monaco.languages.registerSignatureHelpProvider(language, {
    signatureHelpTriggerCharacters: [" ", ","],
    signatureHelpRetriggerCharacters: [",", "["],
    async provideSignatureHelp(model, at) {
      const here = questionAt(model, at, fileOf);
      if (here === null) return null;
      const { host, program, position } = here;
      const help = await host.ask({ kind: "signature", program, position });
      if (!help) return null;
      const words = (pair: { readonly en: string; readonly zh: string } | null) =>
        pair === null ? {} : { documentation: { value: host.pick(pair) } };
      const signatures = help.signatures.map(({ label, words: about, parameters }) => ({
        label,
        ...words(about),
        parameters: parameters.map(({ start, end, words: what }) => ({
          label: [start, end] as [number, number],
          ...words(what),
        })),
      }));
      return {
        value: { signatures, activeSignature: help.active, activeParameter: help.parameter },
        dispose: () => {},
      };
    },
  });

  monaco.languages.registerFoldingRangeProvider(language, {
    async provideFoldingRanges(model) {
      const here = questionAt(model, { lineNumber: 1, column: 1 }, fileOf);
      if (here === null) return null;
      const folds = await here.host.ask({ kind: "folds", program: here.program, file: here.file });
      return (folds ?? []).map(({ start, end, kind }) => ({
        start,
        end,
        ...(kind === "comment" ? { kind: FoldingRangeKind.Comment } : {}),
      }));
    },
  });

  monaco.languages.registerCodeActionProvider(
    language,
    {
      async provideCodeActions(model, range, context) {
        const here = questionAt(model, { lineNumber: range.startLineNumber, column: range.startColumn }, fileOf);
        const nothing = { actions: [], dispose: () => {} };
        if (here === null || !here.host.editable() || context.markers.length === 0) return nothing;
        const problems = (await here.host.ask({ kind: "fixes", program: here.program })) ?? [];
        const mine = problems.filter(
          ({ file, line }) => file === here.file && line >= range.startLineNumber && line <= range.endLineNumber,
        );
        const actions = mine.flatMap((problem) =>
          problem.fixes.map((fix, i) => ({
            title: here.host.pick(fix.title).replaceAll("`", ""),
            kind: "quickfix",
            isPreferred: i === 0,
            diagnostics: context.markers.filter(
              (marker) => marker.startLineNumber === problem.line && marker.startColumn === problem.column,
            ),
            ...carriedOut(model, here.file, fix),
          })),
        );
        return { actions, dispose: () => {} };
      },
    },
    { providedCodeActionKinds: ["quickfix"] },
  );
}

/** The name of the command that mends a problem by edits in files that are not on view. */
export const FIX_COMMAND = "ringside.fix";

function carriedOut(model: editor.ITextModel, file: string, fix: Fix): Partial<languages.CodeAction> {
  if (fix.edits.some((edit) => edit.file !== file)) {
    return { command: { id: FIX_COMMAND, title: "", arguments: [fix] } };
  }
  return {
    edit: {
      edits: fix.edits.map((edit: TextEdit) => ({
        resource: model.uri,
        versionId: model.getVersionId(),
        textEdit: { range: rangeOf(edit), text: edit.text },
      })),
    },
  };
}

/** A blank has just ended the first word of a statement, or a comma an operand. */
function beginsOperand(model: editor.ITextModel, line: number, column: number): boolean {
  return /(?:^|:)\s*[\w%.]+ $|, $/.test(model.getLineContent(line).slice(0, column - 1));
}
