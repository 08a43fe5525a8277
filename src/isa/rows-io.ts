import { IO_PERMISSION, instruction } from "./define.ts";

const PORT = {
  checks: [IO_PERMISSION],
  sensitivity: "control",
  vmx: { exitReason: 30, control: "io-exiting" },
} as const;

const IN = {
  ...PORT,
  cycles: 7,
  words: {
    en: "Reads a port; needs CPL <= IOPL or a clear bit in the I/O permission bitmap.",
    zh: "读端口；要求 CPL ≤ IOPL，或 I/O 许可位图中对应位为 0。",
  },
} as const;

const OUT = {
  ...PORT,
  cycles: 12,
  words: {
    en: "Writes a port; needs CPL <= IOPL or a clear bit in the I/O permission bitmap.",
    zh: "写端口；要求 CPL ≤ IOPL，或 I/O 许可位图中对应位为 0。",
  },
} as const;

const INS = {
  ...PORT,
  manual: "INS/INSB/INSW/INSD",
  read: "d",
  cycles: 9,
  words: {
    en: "Reads port DX into ES:EDI and moves EDI on by DF; REP counts in ECX.",
    zh: "从端口 DX 读入 ES:EDI，并按 DF 移动 EDI；REP 用 ECX 计数。",
  },
} as const;

const OUTS = {
  ...PORT,
  manual: "OUTS/OUTSB/OUTSW/OUTSD",
  read: "d",
  cycles: 13,
  words: {
    en: "Writes the element at DS:ESI to port DX and moves ESI on by DF; REP counts in ECX.",
    zh: "把 DS:ESI 处的元素写到端口 DX，并按 DF 移动 ESI；REP 用 ECX 计数。",
  },
} as const;

/** Ports. */
export const IO = {
  ...instruction("in", IN, {
    al_imm8: "o8 e4",
    ax_imm8: "o16 e5",
    eax_imm8: "o32 e5",
    al_dx: "o8 ec",
    ax_dx: "o16 ed",
    eax_dx: "o32 ed",
  }),
  ...instruction("out", OUT, {
    imm8_al: "o8 e6",
    imm8_ax: "o16 e7",
    imm8_eax: "o32 e7",
    dx_al: "o8 ee",
    dx_ax: "o16 ef",
    dx_eax: "o32 ef",
  }),
  ...instruction("insb", INS, { "": "o8 6c rep" }),
  ...instruction("insw", INS, { "": "o16 6d rep" }),
  ...instruction("insd", INS, { "": "o32 6d rep" }),
  ...instruction("outsb", OUTS, { "": "o8 6e rep" }),
  ...instruction("outsw", OUTS, { "": "o16 6f rep" }),
  ...instruction("outsd", OUTS, { "": "o32 6f rep" }),
} as const;
