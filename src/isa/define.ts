/** How the families write their rows: what a mnemonic means once, then one line for each of its encodings. */
import type { Check, OperandKind, Row, Sensitivity, Silence, VmxIntercept, Words } from "./types.ts";

/** What all forms of a mnemonic share. Absent: unprivileged, innocuous, no flags, one cycle. */
export interface About {
  readonly words: Words;
  /** The page of the manual where it is not the mnemonic's own. */
  readonly manual?: string;
  /** The volume of the manual where it is not one of the alphabetical reference: "3C, chapter 31". */
  readonly volume?: string;
  readonly aliases?: readonly string[];
  readonly cycles?: number;
  /** Letters of `oszapc` and `idtnv`. */
  readonly written?: string;
  readonly undefined?: string;
  readonly read?: string;
  readonly checks?: readonly Check[];
  readonly sensitivity?: Sensitivity;
  readonly silent?: Silence;
  readonly vmx?: VmxIntercept;
  readonly interchangeable?: boolean;
  readonly omissible?: Row["omissible"];
}

/** `add` and `rm8_r8` give `add_rm8_r8`; a form without operands has the empty name. */
export type FormId<M extends string, F extends string> = F extends "" ? M : `${M}_${F}`;

/** The rows of one mnemonic, by literal id. */
export type Forms<M extends string, F extends string> = { readonly [K in F as FormId<M, K>]: Row };

/** Operand kinds whose names hold an underscore. */
const FAR = /^(?:ptr16|m16)$/;
/** Parts of an id that are no operands: sizes that the mnemonic does not show, and duplicates. */
const SUFFIX = /^(?:[oa](?:16|32)|alias)$/;

/**
 * The operand kinds in the name of a form: `rm32_simm8`, `ptr16_32`, `imm16_imm8_o32`, or nothing.
 */
function operandsOf(form: string): OperandKind[] {
  const parts = form === "" ? [] : form.split("_");
  const kinds: string[] = [];
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]!;
    if (SUFFIX.test(part)) continue;
    if (FAR.test(part) && /^(?:16|32)$/.test(parts[i + 1] ?? "")) {
      kinds.push(`${part}_${parts[i + 1]}`);
      i++;
    } else {
      kinds.push(part);
    }
  }
  return kinds as OperandKind[];
}

/** The volume that has the page: the reference is sorted by mnemonic (A to L, M to U, V to Z). */
function manualOf(page: string, volume: string | undefined): string {
  const letter = page.charAt(0);
  return `SDM Vol. ${volume ?? (letter <= "L" ? "2A" : letter <= "U" ? "2B" : "2C")}, ${page}`;
}

interface Encoding {
  opcode: number[];
  size: Row["size"];
  modrm: Row["modrm"];
  mod: Row["mod"];
  plusR: boolean;
  prefix: Row["prefix"];
  addressSize: Row["addressSize"];
  lock: boolean;
  rep: Row["rep"];
  alias: Row["alias"];
  cycles: number | null;
}

/**
 * Reads an encoding, words apart by blanks: `o8 o16 o32` the operand size, `a16 a32` the address size, `f3:` or `66:` a
 * mandatory prefix, `np:` that there may be none, opcode bytes in hexadecimal, `/r` or `/0` to `/7`, `+r`, `mem` or
 * `reg` for the allowed forms of ModRM, `lock`, `rep`, `repe`, `alias` for a row that only decodes, `c.9` for nine
 * cycles.
 * @throws Error for a word it does not know.
 */
function parseEncoding(text: string): Encoding {
  const e: Encoding = {
    opcode: [],
    size: 0,
    modrm: null,
    mod: "any",
    plusR: false,
    prefix: null,
    addressSize: 0,
    lock: false,
    rep: null,
    alias: null,
    cycles: null,
  };
  for (const word of text.split(" ")) {
    if (/^o(?:8|16|32)$/.test(word)) e.size = Number(word.slice(1)) as Row["size"];
    else if (/^a(?:16|32)$/.test(word)) e.addressSize = Number(word.slice(1)) as 16 | 32;
    else if (word === "f3:") e.prefix = 0xf3;
    else if (word === "66:") e.prefix = 0x66;
    else if (word === "np:") e.prefix = 0;
    else if (/^[0-9a-f]{2}$/.test(word)) e.opcode.push(Number.parseInt(word, 16));
    else if (word === "/r") e.modrm = "r";
    else if (/^\/[0-7]$/.test(word)) e.modrm = Number(word.slice(1)) as 0;
    else if (word === "+r") e.plusR = true;
    else if (word === "mem") e.mod = "memory";
    else if (word === "reg") e.mod = "register";
    else if (word === "lock") e.lock = true;
    else if (word === "rep" || word === "repe") e.rep = word;
    else if (word === "alias") e.alias = "decode-only";
    else if (/^c\.\d+$/.test(word)) e.cycles = Number(word.slice(2));
    else throw new Error(`"${word}" in the encoding "${text}" means nothing`);
  }
  return e;
}

/**
 * The rows of one mnemonic. `forms` maps the operands (`rm32_simm8`, as they stand in the id) to the encoding
 * (`o32 83 /0 lock`); see `parseEncoding`. The order is NASM's preference among encodings of the same operands.
 */
export function instruction<M extends string, F extends string>(
  mnemonic: M,
  about: About,
  forms: { readonly [K in F]: string },
): Forms<M, F> {
  const rows: Record<string, Row> = {};
  for (const form of Object.keys(forms) as F[]) {
    const { cycles, ...encoding } = parseEncoding(forms[form]);
    const id = form === "" ? mnemonic : `${mnemonic}_${form}`;
    rows[id] = {
      id,
      mnemonic,
      aliases: about.aliases ?? [],
      operands: operandsOf(form),
      ...encoding,
      interchangeable: about.interchangeable ?? false,
      omissible: about.omissible ?? null,
      checks: about.checks ?? [],
      sensitivity: about.sensitivity ?? "innocuous",
      silent: about.silent ?? null,
      vmx: about.vmx ?? null,
      flags: { written: about.written ?? "", undefined: about.undefined ?? "", read: about.read ?? "" },
      cycles: cycles ?? about.cycles ?? 1,
      manual: manualOf(about.manual ?? mnemonic.toUpperCase(), about.volume),
      words: about.words,
    };
  }
  return rows as Forms<M, F>;
}

/** Checks that several families share. */
export const CPL0: Check = { phase: "decode", rule: "cpl0" };
export const IOPL: Check = { phase: "decode", rule: "iopl" };
export const V86_IOPL: Check = { phase: "decode", rule: "v86-iopl" };
export const UMIP: Check = { phase: "decode", rule: "umip" };
export const PROTECTED_MODE: Check = { phase: "decode", rule: "protected-mode" };
export const VALID_REGISTER: Check = { phase: "decode", rule: "valid-register" };
export const VM_EXIT: Check = { phase: "decode", rule: "vm-exit" };
export const IO_PERMISSION: Check = { phase: "operands", rule: "io-permission" };
export const GATE_DPL: Check = { phase: "delivery", rule: "gate-dpl" };
