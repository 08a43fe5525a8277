// Making the PNG files that a browser writes in haste smaller, without changing a pixel.
import { crc32, deflateSync, inflateSync } from "node:zlib";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Bytes of a pixel by colour type, at 8 bits a channel. */
const PIXEL = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/**
 * The same picture with rows unfiltered and packed as well as deflate can: flat areas and repeated letters, as a page
 * has them, pack better so. A picture that is not 8 bits a channel, or interlaced, comes back as it is.
 * @param {Buffer} png
 * @returns {Buffer}
 */
export function repackPng(png) {
  const header = png.subarray(16, 29);
  const [depth, colour, , , interlaced] = header.subarray(8);
  if (!png.subarray(0, 8).equals(SIGNATURE) || depth !== 8 || interlaced !== 0) return png;
  const width = header.readUInt32BE(0);
  const packed = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString("latin1", at + 4, at + 8) === "IDAT")
      packed.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  const rows = unfilter(inflateSync(Buffer.concat(packed)), width * PIXEL[colour], PIXEL[colour]);
  const smaller = Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
  return smaller.length < png.length ? smaller : png;
}

/**
 * Undoes the filter of each row (PNG specification, section 9), in place; each row begins with filter 0 then.
 * @param {Buffer} rows
 * @param {number} length bytes of a row without its filter byte
 * @param {number} pixel bytes of a pixel
 */
function unfilter(rows, length, pixel) {
  for (let start = 0; start < rows.length; start += length + 1) {
    const filter = rows[start];
    rows[start] = 0;
    for (let x = 0; x < length; x++) {
      const at = start + 1 + x;
      const left = x >= pixel ? rows[at - pixel] : 0;
      const above = start > 0 ? rows[at - length - 1] : 0;
      const corner = start > 0 && x >= pixel ? rows[at - length - 1 - pixel] : 0;
      const guess = [0, left, above, (left + above) >> 1, filter === 4 ? paeth(left, above, corner) : 0][filter];
      rows[at] = rows[at] + guess;
    }
  }
  return rows;
}

/** The neighbour nearest to left + above - corner. */
function paeth(left, above, corner) {
  const toLeft = Math.abs(above - corner);
  const toAbove = Math.abs(left - corner);
  const toCorner = Math.abs(left + above - 2 * corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}

/**
 * @param {string} type
 * @param {Buffer} data
 */
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
