/** A stretch of a line: text, or bytes that are no text, in hex. */
export interface Segment {
  readonly kind: "text" | "bytes";
  readonly text: string;
}
export type TerminalLine = readonly Segment[];

const LF = 10;
const CR = 13;
const BACKSPACE = 8;
const TAB = 9;
const ESCAPE = 0x1b;
const TAB_WIDTH = 8;

/**
 * Lines of a plain terminal: carriage return, backspace and tab move, as a teletype would; colours (ESC [ ... m) are left
 * out; everything else that is no text is shown as the bytes that it is, so that nothing a guest sends can do anything.
 */
export function terminalLines(bytes: Uint8Array): TerminalLine[] {
  const lines: TerminalLine[] = [];
  let cells: Segment[] = [];
  let column = 0;
  const put = (cell: Segment): void => {
    while (cells.length < column) cells.push({ kind: "text", text: " " });
    cells[column++] = cell;
  };
  const endLine = (): void => {
    lines.push(joined(cells));
    cells = [];
    column = 0;
  };
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at]!;
    if (byte >= 0x20 && byte < 0x7f) {
      put({ kind: "text", text: String.fromCharCode(byte) });
      at++;
    } else if (byte >= 0x80) {
      const length = utf8Length(bytes, at);
      if (length === 0) put(byteCell(byte));
      else put({ kind: "text", text: decoder.decode(bytes.subarray(at, at + length)) });
      at += Math.max(1, length);
    } else if (byte === ESCAPE) {
      at = escapeSequence(bytes, at, put);
    } else {
      if (byte === LF) endLine();
      else if (byte === CR) column = 0;
      else if (byte === BACKSPACE) column = Math.max(0, column - 1);
      else if (byte === TAB) column += TAB_WIDTH - (column % TAB_WIDTH);
      else put(byteCell(byte));
      at++;
    }
  }
  if (cells.length > 0) lines.push(joined(cells));
  return lines;
}

/** What a terminal shows, as plain text to be copied. */
export function plainText(lines: readonly TerminalLine[]): string {
  return lines.map((line) => line.map(({ kind, text }) => (kind === "text" ? text : `<${text}>`)).join("")).join("\n");
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/** Bytes of the well-formed character at `at`; 0 if there is none. */
function utf8Length(bytes: Uint8Array, at: number): number {
  const lead = bytes[at]!;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
  if (length === 0 || at + length > bytes.length) return 0;
  try {
    decoder.decode(bytes.subarray(at, at + length));
    return length;
  } catch {
    return 0;
  }
}

/** Leaves a change of colours out and shows any other control sequence; answers where it ends. */
function escapeSequence(bytes: Uint8Array, at: number, put: (cell: Segment) => void): number {
  if (bytes[at + 1] === 0x5b) {
    let end = at + 2;
    while (end < bytes.length && bytes[end]! >= 0x20 && bytes[end]! < 0x40) end++;
    if (bytes[end] === 0x6d) return end + 1;
  }
  put(byteCell(ESCAPE));
  return at + 1;
}

function byteCell(byte: number): Segment {
  return { kind: "bytes", text: byte.toString(16).toUpperCase().padStart(2, "0") };
}

/** Neighbours of a kind become one segment. */
function joined(cells: readonly Segment[]): TerminalLine {
  const line: { kind: Segment["kind"]; text: string }[] = [];
  for (const { kind, text } of cells) {
    const last = line.at(-1);
    if (last === undefined || last.kind !== kind) line.push({ kind, text });
    else last.text += kind === "bytes" ? ` ${text}` : text;
  }
  return line;
}
