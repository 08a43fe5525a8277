import decodeQR from "qr/decode.js";
import { expect, test } from "vitest";
import { frameAddress, frameCode } from "../../src/ui/panels/embed/frame.ts";
import { MAX_QR_BYTES, qrPicture } from "../../src/ui/panels/share/qr.ts";
import { embeddingOf } from "../../src/ui/store/sharing.ts";

test.each([
  ["", null],
  ["?theme=dark", null],
  ["?embed", { hide: [] }],
  ["?embed&hide=editor,events", { hide: ["editor", "events"] }],
  ["?hide=&embed=1", { hide: [] }],
])("the address's query %j asks to be embedded as %j", (search, expected) => {
  expect(embeddingOf(search)).toEqual(expected);
});

test("the frame's code has the link with its parts hidden, and a title that cannot break out", () => {
  const link = "https://example.org/r/#1.abc";
  expect(frameAddress(link, [])).toBe("https://example.org/r/?embed#1.abc");
  expect(frameAddress(link, ["events", "timeline"])).toBe("https://example.org/r/?embed&hide=events,timeline#1.abc");
  expect(frameCode(link, [], 480, 'a"><script>')).not.toContain("<script>");
});

test.each([1, 300, MAX_QR_BYTES])("a QR code of %i characters decodes to them", (length) => {
  const text = "https://example.org/#1.".padEnd(length, "aB3-_").slice(0, length);
  const { side, path } = qrPicture(text)!;
  const scale = 3;
  const size = side * scale;
  const data = new Uint8Array(size * size * 4).fill(255);
  for (const [, x, y, run] of path.matchAll(/M(\d+) (\d+)h(\d+)/g)) {
    for (let dy = 0; dy < scale; dy++) {
      const start = ((Number(y) * scale + dy) * size + Number(x) * scale) * 4;
      for (let i = 0; i < Number(run) * scale; i++) data.fill(0, start + i * 4, start + i * 4 + 3);
    }
  }
  expect(decodeQR({ width: size, height: size, data })).toBe(text);
});

test("a text that is too long for a QR code gets none", () => {
  expect(qrPicture("x".repeat(MAX_QR_BYTES + 1))).toBeNull();
});
