import { describe, expect, it } from "vitest";
import {
  isRowId,
  mnemonics,
  operandText,
  ROW_LIST,
  ROWS,
  type RowId,
  rowIndex,
  rowsByMnemonic,
} from "../../src/isa/rows.ts";
import type { Row } from "../../src/isa/types.ts";
import { isWhatIfRule, WHAT_IF_RULES } from "../../src/isa/what-if.ts";

const ids = (rows: readonly Row[]): string[] => rows.map((row) => row.id);

/** Every way that a row can be met: opcode byte, sizes, prefix, ModRM.reg, memory or register. */
function places(row: Row): string[] {
  const found: string[] = [];
  const sizes = row.size === 16 || row.size === 32 ? [row.size] : [16, 32];
  const addresses = row.addressSize === 0 ? [16, 32] : [row.addressSize];
  const prefixes = row.prefix === null ? [0, 0x66, 0xf2, 0xf3] : [row.prefix];
  const regs = typeof row.modrm === "number" ? [row.modrm] : [0, 1, 2, 3, 4, 5, 6, 7];
  const mods = row.mod === "memory" ? ["m"] : row.mod === "register" ? ["r"] : ["m", "r"];
  const last = row.opcode.length - 1;
  for (let low = 0; low < (row.plusR ? 8 : 1); low++) {
    const opcode = row.opcode.map((byte, i) => (i === last ? byte + low : byte)).join(" ");
    for (const size of sizes)
      for (const address of addresses)
        for (const prefix of prefixes)
          for (const reg of regs)
            for (const mod of mods) found.push([opcode, size, address, prefix, reg, mod].join("/"));
  }
  return found;
}

describe("the instruction table", () => {
  it("has a row once, under its id", () => {
    expect(new Set(ids(ROW_LIST)).size).toBe(ROW_LIST.length);
    for (const [id, row] of Object.entries(ROWS)) expect(row.id).toBe(id);
    expect(ROW_LIST.map((row) => rowIndex(row.id as RowId))).toEqual([...ROW_LIST.keys()]);
    expect(isRowId("add_rm32_simm8")).toBe(true);
    expect(isRowId("add")).toBe(false);
  });

  it("has no two rows for the same bytes; only NOP and PAUSE are taken out of XCHG's range", () => {
    const owner = new Map<string, Row>();
    const overlaps = new Set<string>();
    for (const row of ROW_LIST) {
      for (const place of places(row)) {
        const other = owner.get(place);
        if (other !== undefined) overlaps.add(`${other.id} ${row.id}`);
        owner.set(place, row);
      }
    }
    expect([...overlaps].sort()).toEqual(["nop pause", "xchg_ax_r16op nop", "xchg_eax_r32op nop"]);
  });

  it("has as many rows as were written: none hides another of the same id", () => {
    const written = new Map<string, number>();
    for (const row of ROW_LIST) written.set(row.mnemonic, (written.get(row.mnemonic) ?? 0) + 1);
    expect(written.get("mov")).toBe(25);
    expect(written.get("add")).toBe(15);
    expect(written.get("test")).toBe(12);
    expect(written.get("shl")).toBe(18);
    expect(written.get("imul")).toBe(9);
    expect(written.get("push")).toBe(20);
    expect(written.get("pop")).toBe(14);
    expect(written.get("call")).toBe(8);
    expect(written.get("jmp")).toBe(9);
    expect(written.get("xchg")).toBe(5);
  });

  it("says in both languages what every row does", () => {
    for (const row of ROW_LIST) {
      expect(row.words.en, row.id).toMatch(/^[A-Z].*\.$/);
      expect(row.words.zh, row.id).toMatch(/[\u4e00-\u9fff].*。$/);
      expect(row.manual, row.id).not.toBe("");
    }
  });

  it("gives ModRM to the rows that need it, and the registers a place", () => {
    for (const row of ROW_LIST) {
      const inModrm = row.operands.filter((kind) => /^(?:rm|r16m16|r32m16|r32rm|m\d*p?(?:and|_|$))/.test(kind));
      const inReg = row.operands.filter((kind) => /^(?:r8|r16|r32|sreg|cr|dr)$/.test(kind));
      const inOpcode = row.operands.filter((kind) => kind.endsWith("op"));
      expect(inModrm.length, row.id).toBeLessThan(2);
      expect(row.modrm !== null, row.id).toBe(inModrm.length > 0);
      if (inReg.length > 0) expect(row.modrm, row.id).toBe("r");
      expect(row.plusR, row.id).toBe(inOpcode.length > 0);
      if (row.lock) expect(row.modrm, row.id).not.toBeNull();
      for (const letters of Object.values(row.flags)) expect(letters, row.id).toMatch(/^[oszapcidtnv]*$/);
      expect(row.cycles, row.id).toBeGreaterThan(0);
    }
  });

  it("is found by mnemonic, alias and case", () => {
    expect(ids(rowsByMnemonic("JZ"))).toEqual(["je_rel8", "je_rel16", "je_rel32"]);
    expect(ids(rowsByMnemonic("pushf"))).toEqual(["pushfw", "pushfd"]);
    expect(rowsByMnemonic("frobnicate")).toEqual([]);
    expect(mnemonics()).toContain("cmovnle");
    expect(mnemonics()).not.toContain("hostgate");
  });

  it("shows operands as the manual writes them", () => {
    const shown = (id: RowId): string => ROWS[id].operands.map(operandText).join(", ");
    expect(shown("add_rm32_simm8")).toBe("r/m32, imm8");
    expect(shown("jmp_ptr16_32")).toBe("ptr16:32");
    expect(shown("mov_r32m16_sreg")).toBe("r32/m16, Sreg");
    expect(shown("bound_r32_m32and32")).toBe("r32, m32&32");
    expect(shown("mov_cr_r32rm")).toBe("CRn, r32");
    expect(shown("shl_rm8_one")).toBe("r/m8, 1");
    expect(shown("in_al_dx")).toBe("AL, DX");
  });
});

describe("sensitive rows", () => {
  const unconditional = (row: Row): boolean => row.checks.some(({ rule }) => rule === "cpl0");

  it("are silent only if they are sensitive and run outside ring 0", () => {
    for (const row of ROW_LIST.filter((each) => each.silent !== null)) {
      expect(row.sensitivity, row.id).not.toBe("innocuous");
      expect(
        row.checks.map((c) => c.rule),
        row.id,
      ).not.toContain("cpl0");
      expect(
        row.checks.map((c) => c.rule),
        row.id,
      ).not.toContain("iopl");
      expect(row.silent!.words.zh, row.id).toMatch(/[\u4e00-\u9fff]/);
    }
  });

  it("either trap or are silent", () => {
    const traps = (row: Row): boolean =>
      row.checks.some(({ rule }) => ["cpl0", "iopl", "io-permission", "tsd", "pce", "vm-functions"].includes(rule));
    const neither = ROW_LIST.filter((row) => row.sensitivity !== "innocuous" && row.silent === null && !traps(row));
    expect(ids(neither)).toEqual([]);
    for (const row of ROW_LIST.filter(unconditional)) expect(row.sensitivity, row.id).toBe("control");
  });

  it("include the eighteen mnemonics of Robin and Irvine, and IRET beside them", () => {
    const names = new Set(
      ROW_LIST.filter((row) => row.silent?.robinIrvine).map((row) =>
        row.mnemonic.replace(/^(p(?:ush|op)f)[wd]$/, "$1"),
      ),
    );
    expect([...names].sort()).toEqual(
      "call int jmp lar lsl mov pop popf push pushf retf sgdt sidt sldt smsw str verr verw".split(" "),
    );
    expect(ROWS.iretd.silent).toMatchObject({ robinIrvine: false, whatIf: "iret-traps", when: "cpl>iopl" });
  });

  it("are only the forms that are sensitive", () => {
    expect(ROWS.push_cs_o32.silent?.whatIf).toBe("push-sreg-traps");
    expect(ROWS.push_ds_o32.silent).toBeNull();
    expect(ROWS.call_rel32.silent).toBeNull();
    expect(ROWS.call_ptr16_32.silent?.whatIf).toBe("call-far-traps");
    expect(ROWS.ret_o32.silent).toBeNull();
    expect(ROWS.mov_rm32_r32.silent).toBeNull();
  });

  it("can each be switched to trap, and UMIP covers five mnemonics", () => {
    expect(WHAT_IF_RULES.map((rule) => rule.name)).toEqual([
      "pushf-traps",
      "popf-traps",
      "mov-sreg-traps",
      "push-sreg-traps",
      "pop-sreg-traps",
      "lds-traps",
      "jmp-far-traps",
      "call-far-traps",
      "ret-far-traps",
      "iret-traps",
      "int-traps",
      "sldt-traps",
      "str-traps",
      "verr-traps",
      "verw-traps",
      "lar-traps",
      "lsl-traps",
      "sgdt-traps",
      "sidt-traps",
      "smsw-traps",
      "umip",
    ]);
    expect(WHAT_IF_RULES.at(-1)!.mnemonics).toEqual(["sldt", "str", "sgdt", "sidt", "smsw"]);
    for (const rule of WHAT_IF_RULES) expect(rule.words.zh, rule.name).toMatch(/[\u4e00-\u9fff]/);
    expect(isWhatIfRule("popf-traps")).toBe(true);
    expect(isWhatIfRule("nothing-traps")).toBe(false);
  });
});
