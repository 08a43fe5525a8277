import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { paravirtualize } from "../../src/session/paravirtualize/paravirtualize.ts";
import type { PortStyle } from "../../src/session/paravirtualize/types.ts";
import { WEDGE_FILES } from "../../src/session/paravirtualize/wedge-files.ts";

const PROGRAMS = join(import.meta.dirname, "../../programs");
const wedge = Object.fromEntries(WEDGE_FILES.map((name) => [name, readFileSync(join(PROGRAMS, name), "utf8")]));

/** What the tool makes of a source by itself, or with includes beside it. */
function port(text: string, includes: Readonly<Record<string, string>> = {}, style: PortStyle = "pre-virtualization") {
  return paravirtualize("guest.asm", { ...wedge, ...includes, "guest.asm": text }, { style });
}

const changed = (text: string) => port(text).changes.map(({ after }) => after);

describe("rewriting a guest's source", () => {
  it("writes pv before sensitive instructions and leaves all others as they are", () => {
    const text = "start:  mov eax, 1\n        cli\nagain:  sti\n        hlt\n        jmp again\n";
    const { ok, main, rewritten, changes } = port(text);
    expect(ok).toBe(true);
    expect(main).toBe("guest-xen.asm");
    expect(rewritten[0]!.after).toBe(
      '%include "include/wedge.inc"\nstart:  mov eax, 1\n        pv cli\nagain:  pv sti\n        pv hlt\n        jmp again\n',
    );
    expect(changes.map(({ line, row, operation }) => [line, row, operation])).toEqual([
      [2, "cli", "vcpu_info.evtchn_upcall_mask"],
      [3, "sti", "vcpu_info.evtchn_upcall_mask"],
      [4, "hlt", "sched_op(block)"],
    ]);
  });

  it("keeps comments in their column where there is room, and the header at the top", () => {
    const { rewritten } = port(
      "; title: A guest\n; order: 1\n\n        cli                     ; quiet\n        hlt ; near\n",
    );
    expect(rewritten[0]!.after).toBe(
      '; title: A guest\n; order: 1\n\n%define WEDGE_ENTRY 0x100000\n%include "include/wedge.inc"\n        pv cli                  ; quiet\n        pv hlt ; near\n',
    );
  });

  it("keeps carriage returns and continued lines", () => {
    const { rewritten, ok } = port("start: cli\r\n mov eax, \\\r\n  cr0\r\n");
    expect(ok).toBe(true);
    expect(rewritten[0]!.after).toContain("start: pv cli\r\n pv mov eax, \\\r\n  cr0\r\n");
  });

  it("rewrites far transfers and loads of selectors, but not near ones and moves between registers", () => {
    const lines = [
      "jmp 8:start",
      "jmp start",
      "call 8:start",
      "retf",
      "ret",
      "mov ds, ax",
      "mov ax, bx",
      "pop es",
      "lss esp, [0]",
    ];
    expect(changed(`start:\n ${lines.join("\n ")}\n`).map((line) => line.trim())).toEqual([
      "pv jmp 8:start",
      "pv call 8:start",
      "pv retf",
      "pv mov ds, ax",
      "pv pop es",
      "pv lss esp, [0]",
    ]);
  });

  it("leaves what is exact under Xen, and says why", () => {
    const { changes, kept } = port("start: mov ax, ds\n push fs\n mov ax, cs\n push ss\n int 0x80\n int 13\n rdtsc\n");
    expect(changes.map(({ before }) => before.trim())).toEqual(["mov ax, cs", "push ss", "int 13"]);
    expect(kept.map(({ text }) => text)).toEqual(["start: mov ax, ds", "int 0x80"]);
    for (const { note } of kept) expect(note.en).not.toBe("");
  });

  it("keeps prefixes with their instruction", () => {
    expect(changed("start: rep outsb\n cs lgdt [0]\n o16 iretw\n")).toEqual([
      "start: pv rep outsb",
      " pv cs lgdt [0]",
      " pv o16 iretw",
    ]);
  });

  it("rewrites copies of includes, and includes the copies instead", () => {
    const { files, rewritten, ok } = port('%include "a.inc"\nstart: call quiet\n%include "c.inc"\n', {
      "a.inc": '%include "b.inc"\n',
      "b.inc": "quiet: cli\n ret\n",
      "c.inc": "nothing: ret\n",
    });
    expect(ok).toBe(true);
    expect(rewritten.map(({ from, to }) => [from, to])).toEqual([
      ["guest.asm", "guest-xen.asm"],
      ["a.inc", "a-xen.inc"],
      ["b.inc", "b-xen.inc"],
    ]);
    expect(files["a-xen.inc"]).toBe('%include "b-xen.inc"\n');
    expect(files["b-xen.inc"]).toBe("quiet: pv cli\n ret\n");
    expect(files["guest-xen.asm"]).toContain('%include "c.inc"');
  });

  it("rewrites the line of a macro once, however often it is called", () => {
    const { changes, ok } = port("%macro say 1\n mov al, %1\n out 0xE9, al\n%endmacro\nstart: say 'a'\n say 'b'\n");
    expect(ok).toBe(true);
    expect(changes.map(({ line, after }) => [line, after])).toEqual([[3, " pv out 0xE9, al"]]);
  });

  it("passes over what is not assembled", () => {
    expect(changed("start: nop\n%if 0\n cli\n%endif\n")).toEqual([]);
  });

  it("counts lines and bytes", () => {
    const { counts } = port("; a comment\nstart: cli\n nop\n");
    expect(counts).toMatchObject({ lines: 2, changed: 1, nativeBytes: 2 });
    expect(counts.portedBytes).toBeGreaterThan(4096);
  });
});

describe("one image with patch sites", () => {
  it("says so before it includes the wedge", () => {
    expect(port("start: cli\n", {}, "pv-ops").rewritten[0]!.after).toBe(
      '%define PV_OPS\n%include "include/wedge.inc"\nstart: pv cli\n',
    );
  });
});

describe("a refusal", () => {
  const refused = (text: string) => {
    const { ok, refusals } = port(text);
    expect(ok).toBe(false);
    return refusals.map(({ line, reason }) => `${line} ${reason.en}`).join("\n");
  };

  it.each([
    ["page tables", "start: mov cr3, eax\n", /^1 CR3 gets a page directory/],
    ["model-specific registers", "start: nop\n wrmsr\n", /^2 Model-specific/],
    ["16-bit code", "start: nop\nbits 16\n cli\n", /^3 16-bit code/],
    [
      "a mnemonic that a macro's parameter gives",
      "%macro do 1\n %1\n%endmacro\nstart: do cli\n",
      /^2 The instruction's mnemonic/,
    ],
    ["TIMES", "start: times 2 cli\n", /^1 TIMES repeats/],
    [
      "a line that is sensitive in some calls only",
      "%macro put 1\n mov eax, %1\n%endmacro\nstart: put cr0\n put 1\n",
      /^2 This line of a macro/,
    ],
    ["a port", "%ifdef XEN\n%endif\nstart: cli\n", /^1 This source already asks/],
    [
      "a macro with the name of the wedge's",
      "%macro PV 0\n%endmacro\nstart: cli\n",
      /^1 The name is one of the wedge's/,
    ],
    ["a name of the wedge's", "start: cli\nwedge_text: nop\n", /The name is one of the wedge's/],
    ["an image too long for notes at its end", " cli\n times 9000 nop\n", /longer than 7 KiB/],
    [
      "a jump that no longer reaches",
      `start: loop end\n${" out 1, al\n".repeat(60)}end: nop\n`,
      /short jump no longer reaches/,
    ],
  ])("of %s names the line and the reason", (_, text, reason) => {
    expect(refused(text)).toMatch(reason);
  });

  it("of what does not assemble is the assembler's own", () => {
    const { ok, diagnostics, refusals } = port("start: cli eax\n");
    expect(ok).toBe(false);
    expect(refusals).toEqual([]);
    expect(diagnostics[0]).toMatchObject({ severity: "error", file: "guest.asm", line: 1 });
  });
});

it("places the notes first where the image is long and names its entry", () => {
  const { ok, rewritten } = port("start: cli\n times 9000 nop\n");
  expect(ok).toBe(true);
  expect(rewritten[0]!.after).toContain("%define WEDGE_NOTES_FIRST");
});
