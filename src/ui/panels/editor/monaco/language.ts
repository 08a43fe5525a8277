import type { languages } from "monaco-editor/editor/editor.api.js";
import type { Vocabulary } from "../../../../session/language/types.ts";

export const LANGUAGE = "nasm-ia32";

/** NASM's dialect for Monaco. What the assembler knows is what is highlighted: the words come from it. */
export function monarchOf(words: Vocabulary): languages.IMonarchLanguage {
  return {
    ignoreCase: true,
    defaultToken: "",
    mnemonics: [...words.mnemonics, ...words.prefixes],
    registers: [...words.registers],
    directives: [...words.directives, ...words.keywords],
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
}

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
  // Behind a label with an instruction, or alone, come more instructions: in their column.
  onEnterRules: [
    {
      beforeText: /^[.\w$?@]+:\s*(?!d[bwdqto]\b|res[bwdq]\b|equ\b|times\b|i?struc\b)[^;]*$/i,
      afterText: /^\s*$/,
      action: { indentAction: 0, appendText: "        " },
    },
  ],
  wordPattern: /[\w.$@%?]+/,
};
