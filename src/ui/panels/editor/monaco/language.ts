import type { languages } from "monaco-editor/editor/editor.api.js";
import { ROW_LIST } from "../../../../isa/rows.ts";

export const LANGUAGE = "nasm-ia32";

/** Mnemonics come from the table of instructions: what the assembler knows is what is highlighted. */
const mnemonics = [...new Set(ROW_LIST.flatMap((row) => [row.mnemonic, ...row.aliases]))];

const registers = (
  "al ah ax eax bl bh bx ebx cl ch cx ecx dl dh dx edx sp esp bp ebp si esi di edi " +
  "cs ds es fs gs ss cr0 cr2 cr3 cr4 dr0 dr1 dr2 dr3 dr6 dr7"
).split(" ");
const prefixes = "rep repe repz repne repnz lock".split(" ");
const directives = (
  "db dw dd dq resb resw resd resq times equ align alignb org bits section segment global extern use16 use32 " +
  "byte word dword qword short near far strict struc endstruc istruc iend at incbin"
).split(" ");

/** NASM's dialect for Monaco. */
export const monarch: languages.IMonarchLanguage = {
  ignoreCase: true,
  defaultToken: "",
  mnemonics: [...mnemonics, ...prefixes],
  registers,
  directives,
  tokenizer: {
    root: [
      [/;.*$/, "comment"],
      [/%(%|\$+)[\w$#@~.?]+/, "variable"],
      [/%[a-z]\w*/, "directive"],
      [/%[-+]?\d+/, "variable"],
      [/[a-z_.?$][\w$#@~.?]*(?=\s*:)/, "label"],
      [
        /[a-z_.?@][\w$#@~.?]*/,
        { cases: { "@mnemonics": "mnemonic", "@registers": "register", "@directives": "directive", "@default": "" } },
      ],
      [/"[^"]*"|'[^']*'|`(?:[^`\\]|\\.)*`/, "string"],
      [/(0x[\da-f_]+|\$\d[\da-f_]*|\d[\da-f_]*h|[01][01_]*b|\d[\d_]*)\b/, "number"],
      [/\$\$|\$/, "variable"],
    ],
  },
};

export const configuration: languages.LanguageConfiguration = {
  comments: { lineComment: ";" },
  brackets: [
    ["[", "]"],
    ["(", ")"],
  ],
  autoClosingPairs: [
    { open: "[", close: "]" },
    { open: "(", close: ")" },
    { open: '"', close: '"', notIn: ["string", "comment"] },
  ],
  wordPattern: /[\w.$@%?]+/,
};
