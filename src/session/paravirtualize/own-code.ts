import type { PreparedProgram } from "../program.ts";

/** Bytes of a row in the table of sites: address, type, length, two of padding. */
const ROW = 8;
const LENGTH = 5;

/**
 * Which addresses are the guest's own code, in an image that has the wedge and a table of its sites: neither the wedge's,
 * nor those between the beginning and the end of a site, where natively the padding stands. Null for any other program.
 */
export function ownCode({ image, program }: PreparedProgram): ((eip: number) => boolean) | null {
  const symbol = (name: string) => program.symbols.find((one) => one.name === name)?.value;
  const [sites, wedge, segment] = [symbol("wedge_sites"), symbol("wedge_cli"), image.segments[0]];
  if (sites === undefined || wedge === undefined || segment === undefined) return null;
  const { address, bytes } = segment;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const inside = new Set<number>();
  for (let at = sites - address; at >= 0 && at + ROW <= bytes.length; at += ROW) {
    const site = view.getUint32(at, true);
    if (site === 0) break;
    for (let i = 1; i < view.getUint8(at + LENGTH); i++) inside.add(site + i);
  }
  return (eip) => !inside.has(eip) && (eip < wedge || eip >= address + bytes.length);
}
