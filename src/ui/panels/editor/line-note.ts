import type { monaco } from "./monaco/setup.ts";

type Editor = ReturnType<(typeof monaco)["editor"]["create"]>;

const LINE_PX = 18;
/** Width of a letter, and of a Chinese sign, in the note's font: rather too wide than too narrow. */
const LETTER_PX = 7;
const SIGN_PX = 13;
const MOST_LINES = 4;

/** Shows a note under a line, in room of its own; the answer takes it away. (Markers say the same to screen readers.) */
export function showBelow(editor: Editor, line: number, text: string): () => void {
  const domNode = document.createElement("div");
  domNode.className = "line-note";
  domNode.textContent = text;
  const width = [...text].reduce((sum, sign) => sum + (sign > "\u2e80" ? SIGN_PX : LETTER_PX), 0);
  const room = Math.max(120, editor.getLayoutInfo().contentWidth - 20);
  const heightInPx = LINE_PX * Math.min(MOST_LINES, Math.ceil(width / room));
  let zone = "";
  editor.changeViewZones((zones) => {
    zone = zones.addZone({ afterLineNumber: line, heightInPx, domNode });
  });
  return () => editor.changeViewZones((zones) => zones.removeZone(zone));
}
