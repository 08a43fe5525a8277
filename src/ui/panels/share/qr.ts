import encodeQR from "qr";

/** Bytes that the largest QR code holds (version 40 with the weakest correction). */
export const MAX_QR_BYTES = 2953;
/** From this many bytes on a code is too fine for a bad projector or a far seat. */
export const DENSE_QR_BYTES = 1000;
/** White modules that must surround a code. */
const QUIET = 4;

export interface QrPicture {
  /** Side of the picture in modules, the quiet zone included. */
  readonly side: number;
  /** An SVG path of the black modules. */
  readonly path: string;
}

/** A QR code of an ASCII text; null if it is too long for one. */
export function qrPicture(text: string): QrPicture | null {
  if (text.length > MAX_QR_BYTES) return null;
  const rows = encodeQR(text, "raw", { ecc: "low", encoding: "byte", border: QUIET });
  let path = "";
  for (const [y, row] of rows.entries()) {
    for (let x = 0; x < row.length; x++) {
      if (!row[x]) continue;
      let end = x + 1;
      while (row[end]) end++;
      path += `M${x} ${y}h${end - x}v1h${x - end}z`;
      x = end;
    }
  }
  return { side: rows.length, path };
}

/** The code as a file of its own. */
export function qrSvg({ side, path }: QrPicture): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${side}v${side}H0z"/><path d="${path}"/></svg>\n`;
}
