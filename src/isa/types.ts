/**
 * What one row of the instruction table says. Decoder, assembler, disassembler, gate, editor hovers, the atlas, the
 * CLI's help and the tests all derive from rows; nothing else in the project lists instructions.
 */

/** A sentence in each language that the product speaks. */
export interface Words {
  readonly en: string;
  readonly zh: string;
}

/**
 * Operand kinds, in the manual's notation (SDM Vol. 2, 3.1.1.3), lower case, without the slash.
 * Sizes are in bits. `m` is memory of no size (LEA, INVLPG); `m48` is LGDT's 6-byte operand;
 * `r8op`.. are registers in the opcode's low three bits; `moffs` is a direct offset of address size;
 * `simm8` is a byte sign-extended to the operand size; `sreg` may not be CS where the row's `id` says load.
 * `ptr16_32` is an immediate far pointer, `m16_32` one in memory. `one`, `al`, `dx`, ... are fixed operands written
 * in the source but not encoded.
 */
export type OperandKind =
  | "r8"
  | "r16"
  | "r32"
  | "rm8"
  | "rm16"
  | "rm32"
  | "r8op"
  | "r16op"
  | "r32op"
  /** A register in ModRM.rm; the memory form does not exist or is another row (MOV r32, CR0). */
  | "r32rm"
  | "m"
  | "m8"
  | "m16"
  | "m32"
  | "m64"
  | "m48"
  /** 64 bits that hold a physical address (VMPTRLD). NASM takes no size keyword here. */
  | "m64p"
  /** INVEPT's and INVVPID's descriptor. */
  | "m128"
  /** BOUND's pair of words or dwords. */
  | "m16and16"
  | "m32and32"
  | "m16_16"
  | "m16_32"
  | "ptr16_16"
  | "ptr16_32"
  /**
   * Register of 16 or 32 bits, or 16 bits of memory (MOV r/m, Sreg; SLDT, STR, SMSW). For memory NASM writes no
   * operand-size prefix: it takes the row of the default size.
   */
  | "r16m16"
  | "r32m16"
  | "imm8"
  | "imm16"
  | "imm32"
  | "simm8"
  | "rel8"
  | "rel16"
  | "rel32"
  | "moffs8"
  | "moffs16"
  | "moffs32"
  | "sreg"
  | "cr"
  | "dr"
  | "al"
  | "ax"
  | "eax"
  | "cl"
  | "dx"
  | "one"
  | "es"
  | "cs"
  | "ss"
  | "ds"
  | "fs"
  | "gs";

/**
 * A rule that decides whether an instruction may run. `phase` is where the manual puts it: `decode` before anything
 * of the operands is looked at, `operands` once they are known (port number, selector), `delivery` in the middle of
 * a control transfer. All rules are judged by the gate (`cpu/gate.ts`), in the order given on the row.
 */
export type Check =
  /** #GP(0) unless CPL = 0. */
  | { readonly phase: "decode"; readonly rule: "cpl0" }
  /** #GP(0) unless CPL <= IOPL (CLI, STI). */
  | { readonly phase: "decode"; readonly rule: "iopl" }
  /** In virtual-8086 mode #GP(0) unless IOPL = 3; elsewhere it holds (PUSHF, POPF, INT n, IRET). */
  | { readonly phase: "decode"; readonly rule: "v86-iopl" }
  /** #GP(0) at CPL > 0 when the CR4 bit is set (`tsd`, `umip`) or clear (`pce`). */
  | { readonly phase: "decode"; readonly rule: "tsd" | "umip" | "pce" }
  /** #UD in real and virtual-8086 mode (LLDT, LTR, LAR, LSL, VERR, VERW, ARPL, SLDT, STR). */
  | { readonly phase: "decode"; readonly rule: "protected-mode" }
  /** #UD unless the operand is memory, #UD for a register that does not exist (MOV CR1, MOV CS). */
  | { readonly phase: "decode"; readonly rule: "valid-register" }
  /** #UD while CR4.VMXE is 0 (VMXON). */
  | { readonly phase: "decode"; readonly rule: "vmx-enabled" }
  /** #UD outside VMX operation (all other VMX instructions). */
  | { readonly phase: "decode"; readonly rule: "vmx-operation" }
  /** #UD outside non-root operation, without "enable VM functions", and for EAX above 63 (VMFUNC). */
  | { readonly phase: "decode"; readonly rule: "vm-functions" }
  /**
   * In non-root operation the row's VM exit (`vmx`) is judged here. On rows without this rule it comes when all other
   * rules hold (SDM Vol. 3C, 26.1.1): these are the rows whose exit is older than a fault by privilege.
   */
  | { readonly phase: "decode"; readonly rule: "vm-exit" }
  /** Outside VMX operation #GP(0) unless CR0, CR4 and IA32_FEATURE_CONTROL allow to enter it (VMXON). */
  | { readonly phase: "decode"; readonly rule: "vmxon-allowed" }
  /**
   * CPL <= IOPL, else the I/O permission bitmap of the TSS decides; else #GP(0) (IN, OUT, INS, OUTS). In virtual-8086
   * mode the bitmap alone decides.
   */
  | { readonly phase: "operands"; readonly rule: "io-permission" }
  /** CPL <= DPL of the gate, else #GP(vector * 8 + 2) (INT n, INT3, INTO). */
  | { readonly phase: "delivery"; readonly rule: "gate-dpl" };

/**
 * Popek and Goldberg's classes (CACM 1974). `privileged` here is only "privileged and not sensitive in itself";
 * a sensitive row says in `checks` whether it traps, and in `silent` how it does not.
 */
export type Sensitivity =
  | "innocuous"
  | "control" /** changes the allocation of resources or the mode */
  | "location" /** behaviour depends on where the resource really is (SGDT) */
  | "mode" /** behaviour depends on the ring (POPF, PUSH CS) */;

/** The unprivileged sensitivity of a row: what is silent, since when it can be switched off, and its what-if rule. */
export interface Silence {
  /** Name of the what-if rule that makes the row trap: `popf-traps`, `sgdt-traps`, ... (decision 13). */
  readonly whatIf: string;
  /** When the row is silent: at any CPL > 0, or only while CPL > IOPL. With the rule on, #GP(0) in that case. */
  readonly when: "cpl>0" | "cpl>iopl";
  /** In words: what the processor does silently. */
  readonly words: Words;
  /** On the list of Robin and Irvine (USENIX Security 2000). IRET, for one, is silent and not on it. */
  readonly robinIrvine: boolean;
}

/**
 * What VT-x does with it in non-root operation: unconditional exit, or the control that makes it exit. When the exit is
 * judged among the row's checks: see the rule `vm-exit`.
 */
export interface VmxIntercept {
  /** Basic exit reason (SDM Vol. 3, Appendix C). */
  readonly exitReason: number;
  /** `always`, or what decides: an id of `vmx-controls.ts`, of one control or of several (`DECIDERS`). */
  readonly control: string;
}

export interface Row {
  /** Unique key, e.g. `add_rm32_r32`; also the key of its execute body. */
  readonly id: string;
  /** NASM's mnemonic, lower case. */
  readonly mnemonic: string;
  /** Other mnemonics for the same encoding (`jz` for `je`). */
  readonly aliases: readonly string[];
  /** Explicit operands, destination first, as NASM writes them. */
  readonly operands: readonly OperandKind[];
  /** Opcode bytes, without prefixes and without ModRM: [0x0f, 0xa4]. For `+r` rows the low three bits are clear. */
  readonly opcode: readonly number[];
  /** Operand size in bits: 16 and 32 are chosen by prefix 66 and CS.D; 8 and 0 do not depend on them. */
  readonly size: 0 | 8 | 16 | 32;
  /** Opcode extension in ModRM.reg (`/0` to `/7`), `r` for a register there (`/r`), null without ModRM. */
  readonly modrm: "r" | 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | null;
  /** Which forms of ModRM belong to the row. */
  readonly mod: "any" | "memory" | "register";
  /** A register is in the low three bits of the opcode. */
  readonly plusR: boolean;
  /**
   * A mandatory prefix that is part of the opcode, as PAUSE's F3; 0 where neither 66 nor F2 nor F3 may stand before the
   * opcode (the manual's NP: with the prefix it is another instruction or none); else null.
   */
  readonly prefix: 0xf3 | 0xf2 | 0x66 | 0 | null;
  /**
   * Address size in bits where it selects the row (JCXZ against JECXZ, LOOP with CX against ECX); else 0.
   */
  readonly addressSize: 0 | 16 | 32;
  /** LOCK is allowed (with a memory destination). */
  readonly lock: boolean;
  /** `rep`: F2 and F3 repeat (MOVS, STOS, LODS, INS, OUTS); `repe`: F3 while ZF, F2 while not ZF (CMPS, SCAS). */
  readonly rep: "rep" | "repe" | null;
  /** This row encodes but another is preferred by NASM, or decodes only (0x82 group, duplicates). */
  readonly alias: "decode-only" | null;
  /** The source may write the two operands in either order (TEST and XCHG of a register and memory). */
  readonly interchangeable: boolean;
  /**
   * The operand (by position) that the source may leave out, and what then stands in its place: a number (AAM, AAD) or
   * the first operand once more (IMUL r, imm). Null: every operand must be written.
   */
  readonly omissible: { readonly operand: number; readonly as: number | "first" } | null;
  readonly checks: readonly Check[];
  readonly sensitivity: Sensitivity;
  /** Present exactly on rows that are sensitive and do not trap. */
  readonly silent: Silence | null;
  readonly vmx: VmxIntercept | null;
  /** Arithmetic flags written / left undefined, letters of `oszapc`, and control flags `i`, `d`, `t`, `n`, `v`. */
  readonly flags: { readonly written: string; readonly undefined: string; readonly read: string };
  /** Cycles under the plain cost profile (before memory and delivery). */
  readonly cycles: number;
  /** E.g. "SDM Vol. 2A, ADD". */
  readonly manual: string;
  /** One sentence: what it does. */
  readonly words: Words;
}
