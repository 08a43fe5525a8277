import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { PortedFile } from "../../../../session/paravirtualize/types.ts";
import { useDark } from "../../../theme.ts";

type Setup = typeof import("../../editor/monaco/setup.ts");
type DiffEditor = ReturnType<Setup["monaco"]["editor"]["createDiffEditor"]>;

interface Props {
  readonly file: PortedFile;
  /** The line of the original that is to be seen. */
  readonly line: number;
}

/** From here on, in CSS pixels, there is room for two columns. */
const TWO_COLUMNS = 700;

/** A file before and after, in Monaco's view of differences: two columns, or one where there is no room for two. */
export function SideBySide({ file, line }: Props) {
  const { t } = useTranslation();
  const dark = useDark();
  const [setup, setSetup] = useState<Setup | null>(null);
  const host = useRef<HTMLElement>(null);
  const editor = useRef<DiffEditor | null>(null);

  useEffect(() => {
    void import("../../editor/monaco/setup.ts").then(setSetup);
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: made once; what changes is set below
  useEffect(() => {
    if (setup === null) return;
    setup.applyTheme(dark);
    const made = setup.monaco.editor.createDiffEditor(host.current!, {
      automaticLayout: true,
      readOnly: true,
      originalEditable: false,
      renderSideBySide: true,
      useInlineViewWhenSpaceIsLimited: true,
      renderSideBySideInlineBreakpoint: TWO_COLUMNS,
      fontFamily: "var(--font-mono)",
      fontSize: 12,
      lineHeight: 18,
      lineNumbersMinChars: 3,
      minimap: { enabled: false },
      scrollBeyondLastLine: false,
      renderLineHighlight: "none",
      renderMarginRevertIcon: false,
      renderOverviewRuler: false,
      hover: { enabled: "off" },
      fixedOverflowWidgets: true,
      contextmenu: false,
      // Tab leads on through the dialog.
      tabFocusMode: true,
    });
    made.getOriginalEditor().updateOptions({ ariaLabel: t("port.original") });
    made.getModifiedEditor().updateOptions({ ariaLabel: t("port.rewritten") });
    editor.current = made;
    return () => {
      const model = made.getModel();
      made.dispose();
      model?.original.dispose();
      model?.modified.dispose();
      editor.current = null;
    };
  }, [setup]);

  useEffect(() => setup?.applyTheme(dark), [setup, dark]);

  useEffect(() => {
    const made = editor.current;
    if (setup === null || made === null) return;
    const { monaco, LANGUAGE } = setup;
    const before = made.getModel();
    made.setModel({
      original: monaco.editor.createModel(file.before, LANGUAGE),
      modified: monaco.editor.createModel(file.after, LANGUAGE),
    });
    before?.original.dispose();
    before?.modified.dispose();
  }, [setup, file]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: with the editor comes its first line
  useEffect(() => {
    const added = file.after.split("\n").length - file.before.split("\n").length;
    editor.current?.getModifiedEditor().revealLineInCenter(line + added);
  }, [file, line, setup]);

  return <section className="port-diff" ref={host} aria-label={t("port.diff")} data-testid="port-diff" />;
}
