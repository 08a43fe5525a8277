import { type About, type Forms, instruction } from "./define.ts";

/** A string instruction in its three sizes: `name`b, w, d; `opcode` for bytes, the next for words and dwords. */
function string<M extends string>(
  name: M,
  opcode: number,
  repeat: "rep" | "repe",
  about: About,
): Forms<`${M}b`, ""> & Forms<`${M}w`, ""> & Forms<`${M}d`, ""> {
  const code = (n: number): string => n.toString(16).padStart(2, "0");
  const page = `${name.toUpperCase()}/${name.toUpperCase()}B/${name.toUpperCase()}W/${name.toUpperCase()}D`;
  const all = { manual: page, read: "d", ...about };
  return {
    ...instruction(`${name}b`, all, { "": `o8 ${code(opcode)} ${repeat}` }),
    ...instruction(`${name}w`, all, { "": `o16 ${code(opcode + 1)} ${repeat}` }),
    ...instruction(`${name}d`, all, { "": `o32 ${code(opcode + 1)} ${repeat}` }),
  } as Forms<`${M}b`, ""> & Forms<`${M}w`, ""> & Forms<`${M}d`, "">;
}

const COMPARE = "oszapc";

/** String instructions (INS and OUTS are with the other I/O). */
export const STRING = {
  ...string("movs", 0xa4, "rep", {
    cycles: 4,
    words: {
      en: "Copies an element from DS:ESI to ES:EDI and moves both on by DF; REP counts in ECX.",
      zh: "把一个元素从 DS:ESI 复制到 ES:EDI，并按 DF 移动两个指针；REP 用 ECX 计数。",
    },
  }),
  ...string("cmps", 0xa6, "repe", {
    cycles: 5,
    written: COMPARE,
    words: {
      en: "Compares the element at DS:ESI with the one at ES:EDI and moves both on by DF.",
      zh: "比较 DS:ESI 与 ES:EDI 处的元素，并按 DF 移动两个指针。",
    },
  }),
  ...string("stos", 0xaa, "rep", {
    cycles: 3,
    words: {
      en: "Stores the accumulator at ES:EDI and moves EDI on by DF.",
      zh: "把累加器存入 ES:EDI，并按 DF 移动 EDI。",
    },
  }),
  ...string("lods", 0xac, "rep", {
    cycles: 2,
    words: {
      en: "Loads the accumulator from DS:ESI and moves ESI on by DF.",
      zh: "从 DS:ESI 装入累加器，并按 DF 移动 ESI。",
    },
  }),
  ...string("scas", 0xae, "repe", {
    cycles: 4,
    written: COMPARE,
    words: {
      en: "Compares the accumulator with the element at ES:EDI and moves EDI on by DF.",
      zh: "比较累加器与 ES:EDI 处的元素，并按 DF 移动 EDI。",
    },
  }),
  ...instruction(
    "xlatb",
    {
      manual: "XLAT/XLATB",
      aliases: ["xlat"],
      cycles: 4,
      words: { en: "Replaces AL by the byte at DS:EBX + AL.", zh: "用 DS:EBX + AL 处的字节替换 AL。" },
    },
    { "": "o8 d7" },
  ),
} as const;
