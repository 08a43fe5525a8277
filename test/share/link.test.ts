import { readdirSync, readFileSync } from "node:fs";
import { constants, deflateRawSync, inflateRawSync } from "node:zlib";
import { strToU8 } from "fflate";
import { describe, expect, test } from "vitest";
import { fromBase64url, toBase64url } from "../../src/share/base64url.ts";
import { crc32 } from "../../src/share/crc32.ts";
import { addHeader, seal } from "../../src/share/envelope.ts";
import { decodeLink, encodeLink, LinkError, type LinkProblem } from "../../src/share/link.ts";
import type { LinkRecord } from "../../src/share/record.ts";
import { LINK_VERSION } from "../../src/share/versions.ts";

const RECORD: LinkRecord = {
  program: {
    kind: "source",
    files: { "main.asm": "; 关中断,然后弹出标志 😀\n  cli\n  popf\n", "lib/io.inc": "%macro out 1\n%endmacro\n" },
    main: "main.asm",
  },
  strategy: "trap-and-emulate",
  memoryMiB: 16,
  whatIf: ["popf-traps"],
  inputs: [
    { tick: 10, event: { kind: "key", code: "KeyA", down: true } },
    { tick: 10, event: { kind: "serial", byte: 255 } },
  ],
  breakpoints: [
    { kind: "line", file: "main.asm", line: 3 },
    { kind: "address", address: 0xfffffff0 },
  ],
  moment: { step: 2 ** 40, digest: "00c0ffee" },
};

/** `link` is read as `expected`: a record, or the name of what is wrong with it. */
function check(link: string, expected: LinkRecord | LinkProblem): void {
  const decoded = decodeLink(link);
  if (typeof expected !== "string") {
    expect(decoded).toEqual({ ok: true, record: expected });
    return;
  }
  expect(decoded).toMatchObject({ ok: false, problem: expected });
  if (!decoded.ok) {
    expect(decoded.words.en).toMatch(/\w/);
    expect(decoded.words.zh).toMatch(/\p{Script=Han}/u);
  }
}

/** A link of the present version around any payload. */
function linkOf(payload: string | Uint8Array): string {
  return `#${LINK_VERSION}.${toBase64url(seal(typeof payload === "string" ? strToU8(payload) : payload))}`;
}

function invalid(change: (record: Record<string, unknown>) => unknown): void {
  const record = structuredClone(RECORD) as unknown as Record<string, unknown>;
  check(linkOf(JSON.stringify(change(record) ?? record)), "invalid");
}

describe("a link that arrives whole", () => {
  test("gives the record back, Chinese comments and all", () => {
    check(encodeLink(RECORD), RECORD);
  });

  test("is read from a whole address, without #, and over broken lines", () => {
    const link = encodeLink(RECORD);
    check(`https://example.org/ringside/?embed${link}`, RECORD);
    check(link.slice(1), RECORD);
    check(`  ${link.replace(/(.{70})/g, "$1\r\n")}\n`, RECORD);
  });

  test("carries programs of every kind", () => {
    for (const program of [
      { kind: "builtin", path: "sensitive/popf.asm" },
      { kind: "flat", image: "kJCQ9A==", at: 0x7c00, entry: 0x7c01 },
      { kind: "multiboot", image: "" },
    ] as const) {
      const record = { ...RECORD, program, moment: null };
      check(encodeLink(record), record);
    }
  });

  test("uses only characters that need no escape in an address", () => {
    expect(encodeLink(RECORD)).toMatch(/^#1\.[A-Za-z0-9_-]+$/);
  });
});

describe("a link that was damaged", () => {
  const link = encodeLink(RECORD);

  test("is truncated wherever it was cut", () => {
    for (let length = 3; length < link.length; length++) check(link.slice(0, length), "truncated");
  });

  test("is altered whichever character was changed", () => {
    for (let at = 3; at < link.length; at++) {
      const changed = link[at] === "A" ? "g" : "A";
      const text = link.slice(0, at) + changed + link.slice(at + 1);
      check(text, "altered");
    }
  });

  test("is altered when something was added, or a foreign character is in it", () => {
    check(`${link}AAAA`, "altered");
    check(`${link.slice(0, 20)}!${link.slice(21)}`, "altered");
    check(`${link.slice(0, 20)}é${link.slice(21)}`, "altered");
  });

  test("is of the future when its version is", () => {
    check(`#2.${link.slice(3)}`, "future-version");
    check("#999999.", "future-version");
  });

  test("is none when it does not begin like one", () => {
    for (const text of [
      "",
      "#",
      "1",
      "#1",
      "#0.AAAA",
      "#x.AAAA",
      "#01.AAAA",
      "https://example.org/",
      "hello",
      "#1234567.A",
    ]) {
      check(text, "not-a-link");
    }
  });
});

describe("a hostile link", () => {
  test("that inflates to gigabytes is refused in little time and memory", () => {
    // Blocks of a mebibyte of zeroes each, again and again, as many as a link can hold.
    const block = deflateRawSync(new Uint8Array(1024 * 1024), { level: 9, finishFlush: constants.Z_SYNC_FLUSH });
    const blocks = Math.floor(740_000 / block.length);
    const body = Buffer.concat([...new Array<Buffer>(blocks).fill(block), deflateRawSync(new Uint8Array(1))]);
    expect(blocks).toBeGreaterThan(500);
    const link = `#${LINK_VERSION}.${toBase64url(addHeader(body))}`;
    const before = performance.now();
    check(link, "oversized");
    expect(performance.now() - before).toBeLessThan(500);
  });

  test("of millions of characters is refused by its length", () => {
    check(`#1.${"A".repeat(5_000_000)}`, "oversized");
  });

  test("that pollutes prototypes does not", () => {
    invalid((r) => JSON.parse(`{"__proto__":{"polluted":1},${JSON.stringify(r).slice(1)}`));
    const files = (name: string) => `{"kind":"source","files":{"a":"","${name}":"x"},"main":"a"}`;
    for (const name of [
      "__proto__",
      "constructor",
      "a/__proto__",
      "../x",
      "/etc/passwd",
      "a\\\\b",
      "c:x",
      "a//b",
      "",
      "a\\u0000",
    ]) {
      invalid((r) => JSON.parse(JSON.stringify(r).replace(JSON.stringify(r.program), () => files(name))));
    }
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test("that is no record is invalid", () => {
    for (const payload of ["", "null", "[]", "{}", "1", "{", `${"[".repeat(100_000)}`, '"#1."'])
      check(linkOf(payload), "invalid");
    check(linkOf(new Uint8Array([0xff, 0xfe, 0x00])), "invalid");
  });

  test("with a field that is missing, foreign, or out of its range is invalid", () => {
    invalid((r) => void delete r.strategy);
    invalid((r) => ({ ...r, more: 1 }));
    invalid((r) => ({ ...r, strategy: "Bare Metal" }));
    for (const memoryMiB of [0, 257, 1.5, "16", null]) invalid((r) => ({ ...r, memoryMiB }));
    for (const step of [-1, 0.5, 2 ** 60]) invalid((r) => ({ ...r, moment: { step, digest: "00000000" } }));
    invalid((r) => ({ ...r, moment: { step: 1, digest: "<script>" } }));
    invalid((r) => ({ ...r, program: { kind: "source", files: { a: "" }, main: "toString" } }));
    invalid((r) => ({ ...r, program: { kind: "flat", image: "not base64", at: 0, entry: 0 } }));
    invalid((r) => ({ ...r, program: { kind: "flat", image: "", at: 2 ** 32, entry: 0 } }));
    invalid((r) => ({ ...r, inputs: [RECORD.inputs[0], { tick: 9, event: { kind: "serial", byte: 0 } }] }));
    invalid((r) => ({ ...r, inputs: [{ tick: 1, event: { kind: "serial", byte: 256 } }] }));
    invalid((r) => ({ ...r, breakpoints: [{ kind: "line", file: "a", line: 0 }] }));
  });
});

describe("what cannot become a link", () => {
  test("is refused with words", () => {
    const large = { ...RECORD, program: { kind: "multiboot" as const, image: "A".repeat(4 * 1024 * 1024) } };
    for (const record of [large, { ...RECORD, memoryMiB: 0 }]) {
      expect(() => encodeLink(record)).toThrow(LinkError);
    }
  });
});

describe("breakpoints of VT-x", () => {
  const breakpoints: LinkRecord["breakpoints"] = [
    { kind: "vm-exit", reason: 48, condition: "eax == 1", hits: { rule: "every", count: 2 } },
    { kind: "vm-exit", reason: null },
    { kind: "vm-fail", enabled: false },
    { kind: "vm-switch" },
  ];

  test("travel in a link", () => check(encodeLink({ ...RECORD, breakpoints }), { ...RECORD, breakpoints }));
  test("are held to their form", () => {
    invalid((r) => ({ ...r, breakpoints: [{ kind: "vm-exit" }] }));
    invalid((r) => ({ ...r, breakpoints: [{ kind: "vm-exit", reason: 70000 }] }));
    invalid((r) => ({ ...r, breakpoints: [{ kind: "vm-switch", to: "guest" }] }));
  });
});

describe("golden links", () => {
  const folder = new URL("./golden/", import.meta.url);
  const names = readdirSync(folder).filter((name) => name.endsWith(".link"));

  test("are there for every version", () => {
    for (let version = 1; version <= LINK_VERSION; version++) {
      expect(names.some((name) => name.startsWith(`v${version}-`))).toBe(true);
    }
  });

  for (const name of names) {
    test(`${name} opens as it always has`, () => {
      const record = JSON.parse(readFileSync(new URL(name.replace(/link$/, "json"), folder), "utf8")) as LinkRecord;
      check(readFileSync(new URL(name, folder), "utf8"), record);
    });
  }
});

describe("the parts of a link", () => {
  test("the bytes are one raw DEFLATE stream: a header of 12 bytes and the record as JSON", () => {
    const inflated = inflateRawSync(Buffer.from(encodeLink(RECORD).slice(3), "base64url"));
    expect(JSON.parse(inflated.subarray(12).toString("utf8"))).toEqual(RECORD);
  });

  test("CRC-32 has the check value of its catalogue", () => {
    expect(crc32(strToU8("123456789"))).toBe(0xcbf43926);
  });

  test("base64url agrees with the platform's", () => {
    for (let length = 0; length < 70; length++) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 151 + length * 31) & 255);
      const text = toBase64url(bytes);
      expect(text).toBe(Buffer.from(bytes).toString("base64url"));
      expect(fromBase64url(text)).toEqual(bytes);
    }
  });
});
