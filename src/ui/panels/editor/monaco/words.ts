/** Where Monaco looks its own words up; the file of a language fills it. */
interface MonacoWords {
  _VSCODE_NLS_MESSAGES?: readonly string[] | undefined;
}

let chinese: readonly string[] | null = null;

/** Has Monaco speak the reader's language from now on: its own menus, hints and labels. */
export async function setMonacoWords(language: "en" | "zh"): Promise<void> {
  const place = globalThis as MonacoWords;
  if (language === "zh" && chinese === null) {
    await import("monaco-editor/nls/lang/zh-cn.js");
    chinese = place._VSCODE_NLS_MESSAGES ?? null;
  }
  place._VSCODE_NLS_MESSAGES = language === "zh" && chinese !== null ? chinese : undefined;
}
