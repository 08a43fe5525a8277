import { describe, expect, it } from "vitest";
import { decode, decodeBytes, TOO_LONG } from "../../src/cpu/decode.ts";
import type { Insn } from "../../src/cpu/insn.ts";
import { DS, EAX, EBP, EBX, ES, ESI, ESP, SS } from "../../src/cpu/state.ts";
import { allSamples } from "../isa/samples.ts";

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(hex.split(" "), (byte) => Number.parseInt(byte, 16));

/** Decodes and compares the fields given; `row` is the row's id. Null: #UD. */
function check(
  hex: string,
  expected: (Partial<Omit<Insn, "row">> & { readonly row: string }) | null | typeof TOO_LONG,
  size: 16 | 32 = 32,
): void {
  const decoded = decodeBytes(bytesOf(hex), 0, size);
  if (decoded === null || decoded === TOO_LONG) {
    expect(decoded).toBe(expected);
    return;
  }
  expect({ ...decoded, row: decoded.row.id }).toMatchObject(expected as object);
}

describe("the decoder", () => {
  it("finds every encoding of every row, and takes all of its bytes", () => {
    for (const bits of [16, 32] as const) {
      for (const { row, bytes } of allSamples(bits)) {
        const decoded = decodeBytes(bytes, 0, bits);
        if (decoded === null || decoded === TOO_LONG) throw new Error(`${row.id}: ${bytes} is not found`);
        expect(decoded.row.id).toBe(row.id);
        expect(decoded.length).toBe(bytes.length);
        expect(decoded.bytes).toEqual(bytes);
      }
    }
  });

  it("reads prefixes in any order and repeated, the last of a kind counting", () => {
    check("66 66 8b 03", { row: "mov_r16_rm16", length: 4, operandSize: 16 });
    check("2e 67 26 66 8b 07", { row: "mov_r16_rm16", override: ES, segment: ES, addressSize: 16, base: EBX });
    check("f2 f3 a4", { row: "movsb", repeat: 0xf3 });
    check("f3 f2 a4", { row: "movsb", repeat: 0xf2 });
    check("66 8b 03", { row: "mov_r32_rm32", operandSize: 32 }, 16);
  });

  it("gives 32-bit addresses their base, index, scale, displacement and default segment", () => {
    check("8b 44 83 f8", { row: "mov_r32_rm32", base: EBX, index: EAX, scale: 2, disp: -8, segment: DS, memory: true });
    check("8b 45 fc", { row: "mov_r32_rm32", base: EBP, index: -1, disp: -4, segment: SS });
    check("8b 04 24", { row: "mov_r32_rm32", base: ESP, index: -1, scale: 0, segment: SS });
    check("8b 05 00 00 00 c0", { row: "mov_r32_rm32", base: -1, index: -1, disp: 0xc0000000 | 0, segment: DS });
    check("8b 04 2d 10 00 00 00", { row: "mov_r32_rm32", base: -1, index: EBP, scale: 0, disp: 16, segment: DS });
    check("3e 8b 45 fc", { row: "mov_r32_rm32", base: EBP, segment: DS, override: DS });
  });

  it("gives 16-bit addresses theirs", () => {
    check("8b 42 05", { row: "mov_r16_rm16", base: EBP, index: ESI, disp: 5, segment: SS }, 16);
    check("8b 06 00 ff", { row: "mov_r16_rm16", base: -1, index: -1, disp: -256, segment: DS }, 16);
    check("67 8b 07", { row: "mov_r32_rm32", addressSize: 16, base: EBX, index: -1 });
  });

  it("extends immediates as the form says", () => {
    check("83 c0 ff", { row: "add_rm32_simm8", imm: -1 });
    check("04 ff", { row: "add_al_imm8", imm: 255 });
    check("66 81 c3 ff ff", { row: "add_rm16_imm16", imm: 0xffff, rm: EBX });
    check("e8 fb ff ff ff", { row: "call_rel32", imm: -5, operandSize: 32 });
    check("66 e8 fc ff", { row: "call_rel16", imm: -4, operandSize: 16 });
    check("c8 10 00 02", { row: "enter_imm16_imm8_o32", imm: 16, imm2: 2 });
    check("ea 78 56 34 12 08 00", { row: "jmp_ptr16_32", imm: 0x12345678, imm2: 8 });
    check("a1 00 80 0b 00", { row: "mov_eax_moffs32", memory: true, disp: 0xb8000, segment: DS });
  });

  it("takes NOP and PAUSE out of XCHG, and tells a third opcode byte", () => {
    check("90", { row: "nop" });
    check("f2 90", { row: "nop" });
    check("f3 90", { row: "pause" });
    check("66 91", { row: "xchg_ax_r16op", rm: 1 });
    check("f3 0f 1e fb", { row: "endbr32", length: 4 });
    check("0f 1e fb", null);
    check("f3 0f 1e fa", null);
  });

  it("tells VMX instructions by their prefix, the last of F2 and F3 outranking 66", () => {
    check("0f c7 30", { row: "vmptrld_m64p", memory: true, rm: 0, base: EAX });
    check("66 0f c7 30", { row: "vmclear_m64p", operandSize: 16 });
    check("66 0f c7 30", { row: "vmclear_m64p", operandSize: 32, addressSize: 16 }, 16);
    check("f3 0f c7 30", { row: "vmxon_m64p", repeat: 0xf3 });
    check("f3 66 0f c7 30", { row: "vmxon_m64p", length: 5 });
    check("f2 0f c7 30", null);
    check("66 f2 0f c7 30", null);
    check("0f c7 38", { row: "vmptrst_m64p" });
    check("66 0f c7 38", null);
    check("0f c7 f0", null);
    check("66 f0 0f c7 0b", { row: "cmpxchg8b_m64", lock: true });
    check("f0 0f c7 30", null);
    check("0f 78 d1", { row: "vmread_rm32_r32", reg: 2, rm: 1, memory: false });
    check("0f 79 03", { row: "vmwrite_r32_rm32", reg: 0, base: EBX }, 32);
    check("66 0f 78 d1", null);
    check("0f 01 c1", { row: "vmcall", length: 3 });
    check("66 0f 01 c1", null);
    check("0f 01 d4", { row: "vmfunc" });
  });

  it("reads the third byte behind 0F 38", () => {
    check("66 0f 38 80 03", { row: "invept_r32_m128", reg: 0, base: EBX, length: 5 });
    check("66 0f 38 81 4c 24 08", { row: "invvpid_r32_m128", reg: 1, base: ESP, disp: 8, length: 7 });
    check("0f 38 80 03", null);
    check("66 0f 38 80 c0", null);
    check("66 0f 38 82 03", null);
  });

  it("allows LOCK only before rows that take it, with a memory destination", () => {
    check("f0 01 03", { row: "add_rm32_r32", lock: true });
    check("f0 01 c3", null);
    check("f0 03 03", null);
    check("f0 8b 03", null);
    check("f0 39 03", null);
    check("f0 90", null);
  });

  it("refuses what has no row: register forms of memory operands, floating point, SSE", () => {
    check("8d c0", null);
    check("0f 01 c0", null);
    check("c4 c0", null);
    check("d9 c0", null);
    check("0f 6f c0", null);
    check("0f ff c0", null);
    check("ff f8", null);
  });

  it("leaves registers that do not exist to the gate", () => {
    check("0f 22 c8", { row: "mov_cr_r32rm", reg: 1, rm: 0 });
    check("8e c8", { row: "mov_sreg_rm16", reg: 1 });
    check("0f 20 03", { row: "mov_r32rm_cr", memory: false, rm: 3, length: 3 });
  });

  it("takes fifteen bytes and no more", () => {
    check(`${"66 ".repeat(14)}90`, { row: "nop", length: 15 });
    check(`${"66 ".repeat(15)}90`, TOO_LONG);
    check(`${"26 ".repeat(11)}c7 03 01 00 00 00`, TOO_LONG);
  });

  it("asks for bytes in order, each once, none that is not needed, and lets what reading throws through", () => {
    const asked: number[] = [];
    const bytes = bytesOf("66 c7 44 24 08 34 12 ff ff");
    decode((i) => {
      asked.push(i);
      return bytes[i]!;
    }, 32);
    expect(asked).toEqual([0, 1, 2, 3, 4, 5, 6]);
    const fault = new Error("page fault");
    expect(() =>
      decode((i) => {
        if (i === 3) throw fault;
        return bytes[i]!;
      }, 32),
    ).toThrow(fault);
  });

  it("says null where the given bytes end", () => {
    check("b8 01 02", null);
  });
});
