import { strToU8, unzipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { judge } from "../../src/ui/local/judge.ts";
import { unzipSources, zipFiles } from "../../src/ui/local/zip.ts";
import { makeLibrary } from "../../src/ui/programs/library.ts";
import { followRename, neededFiles } from "../../src/ui/programs/needed.ts";
import { freshName, nameFault } from "../../src/ui/store/texts.ts";

const bytes = (...values: number[]) => Uint8Array.from(values);

describe("a local file", () => {
  /** What a file is taken for: its kind, or the English words of the refusal. */
  function check(name: string, contents: Uint8Array, expected: string | RegExp): void {
    const judged = judge(name, contents);
    const said = judged.kind === "refused" ? judged.why.en : judged.kind === "binary" ? judged.looks : judged.text;
    if (typeof expected === "string") expect(said).toBe(expected);
    else expect(said).toMatch(expected);
  }
  test("of text is text, with its lines ended by LF and without a byte order mark", () => {
    check("a.asm", strToU8("hlt\r\nnop\r\n"), "hlt\nnop\n");
    check("a.asm", bytes(0xef, 0xbb, 0xbf, 0x68), "h");
    check("readme", strToU8("; 中文\n"), "; 中文\n");
    check("empty.inc", bytes(), "");
  });
  test("that is no text though its name says so is refused with the place", () => {
    check("a.asm", strToU8("nop\n\0"), /not text: byte 4 is 0/);
    check("a.asm", bytes(0x6e, 10, 0x6e, 0xe9, 10), /not UTF-8: byte E9 in line 2 \(offset 3\)/);
    check("a.asm", bytes(0x6e, 0xe4, 0xb8), /not UTF-8/);
    check("a.asm", bytes(0xff, 0xfe, 0x68, 0), /UTF-16/);
  });
  test("that is too large is refused with both sizes", () => {
    check("a.asm", new Uint8Array(5 << 20), /5 MiB; a source may have 4 MiB/);
  });
  test("that is binary is told by its contents", () => {
    check("a.bin", strToU8("hlt"), "flat");
    check("kernel", bytes(0x7f, 0x45, 0x4c, 0x46, 1), "multiboot");
    const header = new Uint8Array(64);
    header.set([0x02, 0xb0, 0xad, 0x1b], 32);
    check("kernel.bin", header, "multiboot");
    check("kernel.bin", bytes(0, 1, 2), "flat");
    check("kernel.bin", bytes(), /empty/);
  });
  test("with the mark of a boot sector is known as one", () => {
    const sector = new Uint8Array(512);
    sector.set([0x55, 0xaa], 510);
    expect(judge("boot.img", sector)).toEqual({ kind: "binary", looks: "flat", bootSector: true });
  });
});

test("a program goes into an archive and comes out of it again", () => {
  const files = { "main.asm": "hlt\n", "lib/a.inc": "; 中文\n" };
  const zip = zipFiles(files);
  expect(Object.keys(unzipSync(zip)).sort()).toEqual(["lib/a.inc", "main.asm"]);
  const inside = unzipSources(zip)!;
  expect(new TextDecoder().decode(inside["lib/a.inc"])).toBe("; 中文\n");
  expect(zipFiles(files)).toEqual(zip);
  expect(unzipSources(strToU8("no archive"))).toBeNull();
});

test("included files are found beside the file, from the top, and in lib", () => {
  const all = {
    "d/m.asm": '%include "x.inc"\n%include "y.inc"\n%include "z.inc"\n',
    "d/x.inc": "",
    "y.inc": "",
    "lib/z.inc": "",
  };
  expect(Object.keys(neededFiles("d/m.asm", all))).toEqual(["d/m.asm", "d/x.inc", "y.inc", "lib/z.inc"]);
});

test("the programs that the header puts beside one are needed too, with what they include", () => {
  const all = {
    "d/m.asm":
      "; title: t\n; domain 0: beside.asm\n; domain 2: peer.asm\n; domain 3: no-such.asm\n\n; domain 4: late.asm\n",
    "d/beside.asm": '; domain 5: late.asm\n%include "z.inc"\n',
    "peer.asm": "",
    "late.asm": "",
    "lib/z.inc": "",
  };
  expect(Object.keys(neededFiles("d/m.asm", all))).toEqual(["d/m.asm", "d/beside.asm", "lib/z.inc", "peer.asm"]);
});

test("the header's lines follow a program beside that is renamed", () => {
  const files = new Set(["d/m.asm", "d/beside.asm"]);
  const text = "; title: t\n; domain 0: beside.asm\n; summary: domain 0: beside.asm\n\n; domain 0: beside.asm\n";
  expect(followRename(text, "d/m.asm", { from: "d/beside.asm", to: "d/other.asm", files })).toBe(
    "; title: t\n; domain 0: d/other.asm\n; summary: domain 0: beside.asm\n\n; domain 0: beside.asm\n",
  );
});

test("a library keeps what only runs beside others out of its programs, and among the files to be included", async () => {
  const words = { en: "t", zh: "t" };
  const index = [
    { path: "xen/a.asm", title: words, topic: "tasks", order: 1 },
    { path: "xen/driver.asm", title: words, topic: "tasks", order: 2, isCompanion: true } as const,
  ];
  const library = makeLibrary(index, {
    details: async () => ({ summary: words, inputs: [] }),
    source: async (path) => `; ${path}`,
    includes: async () => ({ "lib/z.inc": "z" }),
    portIncludes: async () => ({ "include/x.inc": "x" }),
  });
  expect(library.programs.map(({ path }) => path)).toEqual(["xen/a.asm"]);
  expect(library.find("xen/driver")).toBeUndefined();
  expect(await library.includes()).toMatchObject({ "include/x.inc": "x" });
  // What only ports need is fetched where a text names it.
  const all = { "lib/z.inc": "z", "include/x.inc": "x", "xen/driver.asm": "; xen/driver.asm" };
  expect(await library.includes("a.asm", ['%include "z.inc"\n'])).toEqual({ "lib/z.inc": "z" });
  expect(await library.includes("a.asm", ['%include "include/x.inc"\n'])).toEqual(all);
  expect(await library.includes("a.asm", ["nop", "; domain 0: xen/driver.asm\n"])).toEqual(all);
  // A program that another includes as it is comes along.
  expect(await library.includes("b.asm", ['%include "xen/a.asm"\n'])).toEqual({ ...all, "xen/a.asm": "; xen/a.asm" });
});

test("%include lines follow a file that is renamed, and no others change", () => {
  const files = new Set(["m.asm", "lib/z.inc", "z2.inc"]);
  const text = '  %include "z.inc" ; here\n%include "z2.inc"\ndb "z.inc"\n';
  expect(followRename(text, "m.asm", { from: "lib/z.inc", to: "lib/new.inc", files })).toBe(
    '  %include "lib/new.inc" ; here\n%include "z2.inc"\ndb "z.inc"\n',
  );
});

test("names of files are relative paths that are not taken", () => {
  expect(nameFault("lib/mine.inc", [])).toBeNull();
  expect(nameFault(" ", [])).toBe("empty");
  expect(nameFault("../x.inc", [])).toBe("characters");
  expect(nameFault("a\\b", [])).toBe("characters");
  expect(nameFault("__proto__", [])).toBe("characters");
  expect(nameFault("a.inc", ["a.inc"])).toBe("taken");
  expect(freshName("boot.asm", ["boot.asm", "boot-2.asm"])).toBe("boot-3.asm");
});
