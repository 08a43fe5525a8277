/** A key of the guest's keyboard (US layout) as `KeyboardEvent.code` names it, with or without Shift. */
export interface KeyStroke {
  readonly code: string;
  readonly shift: boolean;
}

/** Pairs of what a key types without and with Shift. */
const SIGNS: Readonly<Record<string, string>> = {
  Digit1: "1!",
  Digit2: "2@",
  Digit3: "3#",
  Digit4: "4$",
  Digit5: "5%",
  Digit6: "6^",
  Digit7: "7&",
  Digit8: "8*",
  Digit9: "9(",
  Digit0: "0)",
  Minus: "-_",
  Equal: "=+",
  BracketLeft: "[{",
  BracketRight: "]}",
  Backslash: "\\|",
  Semicolon: ";:",
  Quote: "'\"",
  Backquote: "`~",
  Comma: ",<",
  Period: ".>",
  Slash: "/?",
  Space: "  ",
  Enter: "\n\n",
  Tab: "\t\t",
};

const STROKES: ReadonlyMap<string, KeyStroke> = new Map([
  ...[..."abcdefghijklmnopqrstuvwxyz"].flatMap((letter): [string, KeyStroke][] => [
    [letter, { code: `Key${letter.toUpperCase()}`, shift: false }],
    [letter.toUpperCase(), { code: `Key${letter.toUpperCase()}`, shift: true }],
  ]),
  ...Object.entries(SIGNS).flatMap(([code, [plain, shifted]]): [string, KeyStroke][] => [
    [shifted!, { code, shift: true }],
    [plain!, { code, shift: false }],
  ]),
]);

/** The key strokes that type a text, and what in it no key types. */
export function strokesOf(text: string): { readonly strokes: readonly KeyStroke[]; readonly missing: string } {
  const strokes: KeyStroke[] = [];
  let missing = "";
  for (const char of text) {
    const stroke = STROKES.get(char);
    if (stroke === undefined) missing += char;
    else strokes.push(stroke);
  }
  return { strokes, missing };
}
