/** What a VGA in text mode shows: pure functions of text memory (32 KiB at physical B8000). */

export const TEXT_MEMORY = 0xb8000;
/** Bytes of text memory; addresses wrap in it. */
export const TEXT_MEMORY_SIZE = 0x8000;
export const TEXT_COLUMNS = 80;
export const TEXT_ROWS = 25;

/** Code page 437; 0 shows as a blank, as do 20h and FFh. */
const CP437 = [
  ..." ☺☻♥♦♣♠•◘○◙♂♀♪♫☼►◄↕‼¶§▬↨↑↓→←∟↔▲▼",
  ..." !\"#$%&'()*+,-./0123456789:;<=>?",
  ..."@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_",
  ..."`abcdefghijklmnopqrstuvwxyz{|}~⌂",
  ..."ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒ",
  ..."áíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐",
  ..."└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀",
  ..."αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0",
];

/** Unicode character of a CP437 code (0..255), as the screen shows it. */
export function cp437(code: number): string {
  return CP437[code & 0xff] as string;
}

/**
 * The 25 rows of 80 characters that are on the screen. `bytes` is text memory from B8000 on (missing bytes count as 0),
 * `startAddress` the CRT controller's, in cells.
 */
export function textRows(bytes: Uint8Array, startAddress: number): string[] {
  const rows: string[] = [];
  for (let row = 0; row < TEXT_ROWS; row++) {
    let text = "";
    for (let column = 0; column < TEXT_COLUMNS; column++) {
      text += cp437(bytes[cellAddress(startAddress, row, column)] ?? 0);
    }
    rows.push(text);
  }
  return rows;
}

function cellAddress(startAddress: number, row: number, column: number): number {
  return ((startAddress + row * TEXT_COLUMNS + column) * 2) % TEXT_MEMORY_SIZE;
}
