const ESCAPES: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  t: 9,
  n: 10,
  v: 11,
  f: 12,
  r: 13,
  e: 27,
};

/** UTF-8 of a text, one character per byte. Lone surrogates become U+FFFD. */
export function utf8(text: string): string {
  let bytes = "";
  for (const char of text) bytes += utf8Of(char.codePointAt(0)!);
  return bytes;
}

function utf8Of(point: number): string {
  const code = (point >= 0xd800 && point < 0xe000) || point > 0x10ffff ? 0xfffd : point;
  if (code < 0x80) return String.fromCharCode(code);
  if (code < 0x800) return String.fromCharCode(0xc0 | (code >> 6), 0x80 | (code & 63));
  if (code < 0x10000) return String.fromCharCode(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
  return String.fromCharCode(
    0xf0 | (code >> 18),
    0x80 | ((code >> 12) & 63),
    0x80 | ((code >> 6) & 63),
    0x80 | (code & 63),
  );
}

/** The bytes of a quoted string: as they stand between ' or ", with C's escapes between backquotes (NASM, 3.4.2). */
export function stringBytes(quoted: string): string {
  const body = quoted.slice(1, -1);
  return quoted[0] === "`" ? unescaped(body) : utf8(body);
}

function unescaped(body: string): string {
  let bytes = "";
  let at = 0;
  while (at < body.length) {
    const slash = body.indexOf("\\", at);
    if (slash < 0 || slash + 1 >= body.length) return bytes + utf8(body.slice(at));
    bytes += utf8(body.slice(at, slash));
    const rest = body.slice(slash + 1, slash + 10);
    const octal = /^[0-7]{1,3}/.exec(rest);
    const hex = /^x([0-9a-fA-F]{1,2})/.exec(rest);
    const unicode = /^u([0-9a-fA-F]{4})/.exec(rest) ?? /^U([0-9a-fA-F]{8})/.exec(rest);
    if (octal) bytes += String.fromCharCode(Number.parseInt(octal[0], 8) & 255);
    else if (hex) bytes += String.fromCharCode(Number.parseInt(hex[1]!, 16));
    else if (unicode) bytes += utf8Of(Number.parseInt(unicode[1]!, 16));
    else bytes += ESCAPES[rest[0]!] !== undefined ? String.fromCharCode(ESCAPES[rest[0]!]!) : utf8([...rest][0]!);
    at = slash + 1 + (octal?.[0].length ?? hex?.[0].length ?? unicode?.[0].length ?? [...rest][0]!.length);
  }
  return bytes;
}
