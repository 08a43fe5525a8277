/** Bounds of the second byte and number of bytes to follow, by lead byte (Unicode Standard, table 3-7). */
function sequence(lead: number): { follow: number; low: number; high: number } | undefined {
  if (lead >= 0xc2 && lead <= 0xdf) return { follow: 1, low: 0x80, high: 0xbf };
  if (lead === 0xe0) return { follow: 2, low: 0xa0, high: 0xbf };
  if (lead === 0xed) return { follow: 2, low: 0x80, high: 0x9f };
  if (lead >= 0xe1 && lead <= 0xef) return { follow: 2, low: 0x80, high: 0xbf };
  if (lead === 0xf0) return { follow: 3, low: 0x90, high: 0xbf };
  if (lead >= 0xf1 && lead <= 0xf3) return { follow: 3, low: 0x80, high: 0xbf };
  if (lead === 0xf4) return { follow: 3, low: 0x80, high: 0x8f };
  return undefined;
}

/**
 * Text of UTF-8 bytes; every ill-formed byte sequence becomes one U+FFFD. Written out because the core is compiled
 * without the platform's TextDecoder.
 */
export function decodeUtf8(bytes: Uint8Array): string {
  const parts: string[] = [];
  let run = "";
  let at = 0;
  while (at < bytes.length) {
    const lead = bytes[at++] as number;
    if (lead < 0x80) {
      run += String.fromCharCode(lead);
    } else {
      const form = sequence(lead);
      let code = -1;
      if (form !== undefined) {
        let { follow, low, high } = form;
        code = lead & (0x3f >>> follow);
        while (follow > 0) {
          const next = at < bytes.length ? (bytes[at] as number) : -1;
          if (next < low || next > high) {
            code = -1;
            break;
          }
          code = (code << 6) | (next & 0x3f);
          at++;
          follow--;
          low = 0x80;
          high = 0xbf;
        }
      }
      run += String.fromCodePoint(code < 0 ? 0xfffd : code);
    }
    if (run.length >= 4096) {
      parts.push(run);
      run = "";
    }
  }
  parts.push(run);
  return parts.join("");
}
