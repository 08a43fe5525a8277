/** A typed address, up to 32 bits in hex with or without 0x or h; null if it is none. */
export function parseAddress(text: string): number | null {
  const digits = text.trim().replace(/^0x/i, "").replace(/h$/i, "");
  return /^[0-9a-f]{1,8}$/i.test(digits) ? Number.parseInt(digits, 16) : null;
}
