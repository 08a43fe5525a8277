import { describe, expect, it } from "vitest";
import { assemble } from "../../../src/asm/assemble.ts";
import { MAP_BEGINS, MAP_ENDS } from "../../../src/vmm/binary-translation/layout.ts";
import { type CodeContext, type Draft, Translator } from "../../../src/vmm/binary-translation/translator.ts";

const FLAT: CodeContext = { base: 0, limit: 0xffffffff, cpl: 0, bigCode: true, bigStack: true };
const HLT = 0xf4;
/** Where the unit will stand in the cache. */
const START = 0x100;

interface Choices {
  readonly context?: Partial<CodeContext>;
  readonly bits?: 16 | 32;
  readonly inline?: boolean;
  readonly simulated?: (eip: number) => boolean;
  readonly origin?: number;
}

/** The unit that begins with the source; HLT follows. */
function unit(source: string, choices: Choices = {}): Draft {
  const { bits = 32, origin = 0x8000, inline = true, simulated = () => false } = choices;
  const { bytes, diagnostics } = assemble(`bits ${bits}\norg ${origin}\n${source}\n`, { name: "unit.asm" });
  expect(diagnostics).toEqual([]);
  const context = { ...FLAT, bigCode: bits === 32, bigStack: bits === 32, ...choices.context };
  const translator = new Translator(context, origin, START, { inline });
  return translator.build((eip) => bytes[eip - origin] ?? HLT, simulated);
}

/** What stands in the cache for the unit's instruction of that number, in hexadecimal. */
function bytesOf({ emitter, instructions }: Draft, number: number): string {
  const end = instructions[number + 1]?.offset ?? emitter.code.length;
  return Buffer.from(emitter.code.slice(instructions[number]!.offset, end)).toString("hex");
}

const treatments = ({ instructions }: Draft) => instructions.map(({ treatment }) => treatment);

/** An instruction, its treatment, and all that is emitted for it. */
const SEQUENCES: readonly (readonly [string, string, readonly string[]])[] = [
  ["add eax, 1", "identical", ["83c001"]],
  ["rep movsb", "identical", ["f3a4"]],
  ["mov eax, [fs:4]", "identical", ["64a104000000"]],
  // mov dword gs:[interruptFlag], 0
  ["cli", "inline", ["65c7050000000000000000"]],
  [
    "sti",
    "inline",
    [
      "65890d6c000000", // mov gs:[spilledEcx], ecx
      "658b0d08000000", // mov ecx, gs:[pending]
      "e302cdf1", // jecxz over the callout
      "658b0d00000000", // the virtual IF before,
      "65890d0c000000", // which tells whether there is a shadow
      "65c7050000000000020000", // mov dword gs:[interruptFlag], IF
      "658b0d6c000000", // mov ecx, gs:[spilledEcx]
    ],
  ],
  [
    "pushfd",
    "inline",
    [
      "9c", // pushfd
      "65890568000000",
      "65890d6c000000",
      "8b0424", // mov eax, [esp]
      "8d8000feffff", // lea eax, [eax - IF]
      "658b0d000000008d0408", // plus the virtual IF
      "658b0d040000008d0408", // and IOPL
      "890424", // mov [esp], eax
      "658b0568000000",
      "658b0d6c000000",
    ],
  ],
  [
    "popfd",
    "inline",
    [
      "65890568000000",
      "65890d6c000000",
      "8b0424", // mov eax, [esp]
      "89c181e100310000653b0d040000007402cdf1", // TF or another IOPL: a callout
      "89c181e100020000740c", // IF set:
      "65833d08000000007402cdf1", // with an interrupt pending a callout
      "65890d00000000", // mov gs:[interruptFlag], ecx
      "658b0568000000",
      "658b0d6c000000",
      "9d", // popfd
    ],
  ],
  ["rdtsc", "inline", ["0f31"]],
  ["mov eax, cr0", "inline", ["658b0520000000"]],
  ["mov ebx, cr3", "inline", ["658b1d2c000000"]],
  ["str eax", "inline", ["658b055c000000"]],
  ["sldt ecx", "inline", ["658b0d58000000"]],
  ["smsw ax", "inline", ["66658b0520000000"]],
  ["mov eax, ds", "inline", ["658b054c000000"]],
  ["push cs", "inline", ["65ff3544000000"]],
  // through a register that the address does not use
  ["mov [ebx], ds", "inline", ["65890568000000", "658b054c000000", "668903", "658b0568000000"]],
  ["mov [eax], ds", "inline", ["65890d6c000000", "658b0d4c000000", "668908", "658b0d6c000000"]],
  ["mov [eax + ecx], ds", "callout", ["cdf1"]],
  ["in al, 0x21", "inline", ["65890d6c000000", "658b0d10000000", "e302eb02cdf1", "658b0d6c000000", "65a014000000"]],
  ["in al, 0x40", "callout", ["cdf1"]],
  ["out 0x80, al", "inline", ["6690"]],
  ["out 0xe9, al", "callout", ["cdf1"]],
  ["mov eax, [gs:4]", "callout", ["cdf1"]],
  ["mov eax, [cs:4]", "callout", ["cdf1"]],
  ["jmp [cs:eax]", "callout", ["cdf1"]],
  ["mov ds, eax", "callout", ["cdf1"]],
  ["pop ds", "callout", ["cdf1"]],
  ["lgdt [eax]", "callout", ["cdf1"]],
  ["sgdt [eax]", "callout", ["cdf1"]],
  ["mov cr3, eax", "callout", ["cdf1"]],
  ["iretd", "callout", ["cdf1"]],
  ["int 0x80", "callout", ["cdf1"]],
  ["hlt", "callout", ["cdf1"]],
];

/** What looks a guest's EIP up, with EAX in its field. */
const LOOK_UP = [
  "65890d6c000000", // mov gs:[spilledEcx], ecx
  "650fb60560000000", // movzx eax, byte gs:[target]
  "658b0cc500100000", // mov ecx, gs:[eax * 8 + table]
  "658b0560000000", // mov eax, gs:[target]
  "f7d08d4c0101e302cdf1", // a callout unless they are the same: no flag changes
  "650fb60560000000",
  "658b04c504100000", // mov eax, gs:[eax * 8 + table + 4]
  "65890564000000", // mov gs:[place], eax
  "658b0568000000",
  "658b0d6c000000",
];
const TO_PLACE = "65ff2564000000"; // jmp gs:[place]

const INDIRECT: readonly (readonly [string, readonly string[]])[] = [
  ["ret", ["658f0560000000", "65890568000000", ...LOOK_UP, TO_PLACE]],
  ["ret 8", ["658f0560000000", "65890568000000", ...LOOK_UP, "8da42408000000", TO_PLACE]],
  ["jmp eax", ["65890568000000", "8bc0", "65890560000000", ...LOOK_UP, TO_PLACE]],
  // The return address that is pushed is the guest's.
  ["call [ebx]", ["65890568000000", "8b03", "65890560000000", "6802800000", ...LOOK_UP, TO_PLACE]],
];

describe("the translator emits", () => {
  it.each(SEQUENCES)("for %s (%s) just what it should", (source, treatment, expected) => {
    const draft = unit(source);
    expect(treatments(draft)[0]).toBe(treatment);
    expect(bytesOf(draft, 0)).toBe(expected.join(""));
  });

  it.each(INDIRECT)("for %s a look-up in the table of targets", (source, expected) => {
    const draft = unit(source);
    expect(treatments(draft)).toEqual(["indirect"]);
    expect(bytesOf(draft, 0)).toBe(expected.join(""));
    expect(draft.exits).toEqual([]);
  });

  it("one mark that begins and one that ends for each instruction, callouts apart", () => {
    for (const [source, treatment] of SEQUENCES) {
      const { emitter, instructions } = unit(source);
      const marks = emitter.map.slice(0, instructions[1]?.offset);
      const count = (bit: number) => marks.filter((mark) => (mark & bit) !== 0).length;
      expect([source, marks[0]! & MAP_BEGINS, count(MAP_BEGINS)]).toEqual([source, MAP_BEGINS, 1]);
      expect([source, count(MAP_ENDS)]).toEqual([source, treatment === "callout" ? 0 : 1]);
    }
  });

  it("callouts alone where sequences are switched off", () => {
    for (const [source, treatment] of SEQUENCES) {
      if (treatment !== "inline") continue;
      expect([source, treatments(unit(source, { inline: false }))[0]]).toEqual([source, "callout"]);
    }
  });

  it.each(["cli", "sti", "popfd", "rdtsc", "mov eax, cr0", "str eax", "in al, 0x21"])(
    "a callout for %s in an outer ring, where it needs a check",
    (source) => {
      expect(treatments(unit(source, { context: { cpl: 1 } }))[0]).toBe("callout");
    },
  );

  it("a callout for a copied instruction that keeps hitting traces", () => {
    const draft = unit("inc eax\nmov [ebx], eax\ninc eax", { simulated: (eip) => eip === 0x8001 });
    expect(treatments(draft).slice(0, 3)).toEqual(["identical", "simulated", "identical"]);
    expect(bytesOf(draft, 1)).toBe("cdf1");
  });

  it("a callout for a repeated instruction after STI: only its first iteration stands in the shadow", () => {
    expect(treatments(unit("sti\nrep lodsw")).slice(0, 2)).toEqual(["inline", "callout"]);
    expect(treatments(unit("sti\nlodsw")).slice(0, 2)).toEqual(["inline", "identical"]);
  });
});

describe("direct control flow", () => {
  it("pushes the guest's return address for CALL, and goes to the guest's target", () => {
    const draft = unit("call 0x9000");
    expect(bytesOf(draft, 0)).toBe("6805800000e900000000");
    expect(draft.exits).toEqual([{ target: 0x9000, site: START + 6 }]);
  });

  it("has two ways out of a conditional jump: taken, then on", () => {
    const draft = unit("jz 0x9000");
    expect(bytesOf(draft, 0)).toBe("0f8400000000e900000000");
    expect(draft.exits).toEqual([
      { target: 0x9000, site: START + 2 },
      { target: 0x8002 + 4, site: START + 7 },
    ]);
  });

  it.each([
    ["loop $", "e2"],
    ["loope $", "e1"],
    ["loopne $", "e0"],
    ["jecxz $", "e3"],
    ["jcxz $", "67e3"],
  ])("keeps the short form of %s, which has no other", (source, opcode) => {
    const draft = unit(source);
    expect(bytesOf(draft, 0)).toBe(`${opcode}02eb05e900000000e900000000`);
    expect(draft.exits.map(({ target }) => target)).toEqual([0x8000, 0x8000 + draft.bytes.length]);
  });

  it("leaves a target beyond the segment to the VMM, whose fault it is", () => {
    expect(treatments(unit("jmp 0x9000", { context: { limit: 0x8fff } }))).toEqual(["callout"]);
  });

  it("cuts a target to 16 bits with an operand-size prefix", () => {
    const draft = unit("o16 jmp 0x9000", { origin: 0x18000 });
    expect(draft.exits.map(({ target }) => target)).toEqual([0x9000]);
  });
});

describe("a unit", () => {
  const nops = (count: number) => Array.from({ length: count }, () => "nop").join("\n");

  it("has at most 12 instructions", () => {
    const draft = unit(nops(20));
    expect(draft.instructions.length).toBe(12);
    expect(draft.exits).toEqual([{ target: 0x800c, site: START + 13 }]);
  });

  it("ends with the first transfer of control", () => {
    expect(treatments(unit("nop\njmp 0x9000\nnop"))).toEqual(["identical", "chained"]);
    expect(treatments(unit("nop\nret\nnop"))).toEqual(["identical", "indirect"]);
    expect(treatments(unit("nop\nint 0x80\nnop"))).toEqual(["identical", "callout"]);
  });

  it("goes on after a callout that comes back", () => {
    expect(treatments(unit("mov cr3, eax\nnop")).slice(0, 2)).toEqual(["callout", "identical"]);
  });

  it("ends at the end of its page", () => {
    const draft = unit(nops(8), { origin: 0x8ffd });
    expect(draft.instructions.length).toBe(3);
    expect(draft.exits[0]!.target).toBe(0x9000);
  });

  it("ends before an instruction that crosses into the next page, which then begins a unit of its own", () => {
    const source = "nop\nmov eax, 0x12345678\nnop";
    const draft = unit(source, { origin: 0x8ffd });
    expect(draft.instructions.length).toBe(1);
    expect(draft.exits[0]!.target).toBe(0x8ffe);
    const crossing = unit("mov eax, 0x12345678\nnop", { origin: 0x8ffe });
    expect(crossing.instructions.slice(0, 2).map(({ length }) => length)).toEqual([5, 1]);
  });

  it("ends at the end of its segment", () => {
    const draft = unit(nops(8), { context: { limit: 0x8002 } });
    expect(draft.instructions.length).toBe(3);
  });

  it("ends where the bytes are no instruction, which the virtual CPU is to find out", () => {
    const draft = unit("nop\ndb 0x0f, 0xff\nnop");
    expect(treatments(draft)).toEqual(["identical", "callout"]);
  });

  it("never ends right after STI in the cache: the place would have nothing to carry the shadow", () => {
    const draft = unit(`${nops(11)}\nsti\nnop`);
    expect(draft.instructions.length).toBe(12);
    expect(treatments(draft)[11]).toBe("callout");
  });
});

describe("16-bit code", () => {
  it("is copied with the size prefixes that a 32-bit segment needs", () => {
    const draft = unit("mov ax, bx\nmov eax, ebx\nmov ax, [bx + si]\nmov eax, [ebx]\nmov al, bl\nrep movsb", {
      bits: 16,
    });
    expect(draft.instructions.slice(0, 6).map((_, i) => bytesOf(draft, i))).toEqual([
      "666789d8",
      "6789d8",
      "66678b00",
      "8b03",
      "666788d8",
      "6667f3a4",
    ]);
    expect(treatments(draft).slice(0, 6)).toEqual(new Array(6).fill("identical"));
  });

  it("pushes 16 bits for CALL, and keeps targets below 64 KiB", () => {
    const draft = unit("call 0x9000", { bits: 16 });
    expect(bytesOf(draft, 0)).toBe("66680380e900000000");
    expect(draft.exits[0]!.target).toBe(0x9000);
  });

  it("leaves what would need 16-bit sequences to the VMM", () => {
    expect(treatments(unit("ret", { bits: 16 }))).toEqual(["callout"]);
    expect(treatments(unit("jmp ax", { bits: 16 }))).toEqual(["callout"]);
    expect(treatments(unit("pushfd", { bits: 16 }))[0]).toBe("callout");
  });

  it("counts LOOP by CX, but by ECX with a prefix", () => {
    expect(bytesOf(unit("loop $", { bits: 16 }), 0)).toMatch(/^67e202/);
    expect(bytesOf(unit("a32 loop $", { bits: 16 }), 0)).toMatch(/^e202/);
  });
});
