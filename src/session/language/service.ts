import type { Assembly } from "../../asm/assemble.ts";
import { completionsAt } from "../../asm/language/completion.ts";
import { definitionsAt, nameAt, referencesAt } from "../../asm/language/definitions.ts";
import { DIRECTIVE_WORDS, KEYWORD_WORDS } from "../../asm/language/directive-words.ts";
import { applyEdits } from "../../asm/language/edits.ts";
import { fixesFor } from "../../asm/language/fixes.ts";
import { foldsOf } from "../../asm/language/folding.ts";
import { formatText } from "../../asm/language/format.ts";
import { NameIndex } from "../../asm/language/names.ts";
import { renameAt, renameableAt } from "../../asm/language/rename.ts";
import { signatureAt } from "../../asm/language/signature.ts";
import { readText, type TextFile } from "../../asm/language/text.ts";
import type { Position, TextEdit } from "../../asm/language/types.ts";
import { REGISTERS } from "../../asm/registers.ts";
import { DATA_WIDTH, RESERVE_WIDTH } from "../../asm/words.ts";
import { mnemonics } from "../../isa/rows.ts";
import { findStrategy } from "../../vmm/registry.ts";
import { buildsOf } from "../builds.ts";
import type { NameAnswer } from "../inspect/name.ts";
import { assembleFiles } from "../program.ts";
import { type CardContext, cardOf } from "./cards.ts";
import { sourceFiles } from "./files.ts";
import type {
  LanguageAnswer,
  LanguageKind,
  LanguageQuestion,
  LanguageQuestions,
  ProgramText,
  Vocabulary,
} from "./types.ts";

type Ask<K extends LanguageKind> = LanguageQuestions[K]["ask"];
type Answers = { readonly [K in LanguageKind]: (ask: Ask<K>) => LanguageAnswer<K> };

/** Answers what an editor asks about a program's text. What was read and assembled last is kept. */
export class LanguageService {
  private readonly now: (name: string) => NameAnswer;
  private readonly texts = new Map<string, TextFile>();
  private indexed: { readonly program: ProgramText; readonly index: NameIndex } | null = null;
  private assembled: { readonly program: ProgramText; readonly assembly: Assembly } | null = null;

  /** @param now what a name stands for in the run that is loaded */
  constructor(now: (name: string) => NameAnswer) {
    this.now = now;
  }

  answer<K extends LanguageKind>(question: LanguageQuestion<K>): LanguageAnswer<K> {
    const answer = this.answers[question.kind as K] as (ask: Ask<K>) => LanguageAnswer<K>;
    return answer(question as Ask<K>);
  }

  private readonly answers: Answers = {
    vocabulary,
    hover: ({ program, position, chosen }) => {
      const found = wordAt(this.index(program), position);
      if (found === null) return null;
      const card = cardOf(found.word, position, this.cards(program, chosen));
      return card === null ? null : { range: found.range, card };
    },
    completions: ({ program, position }) => completionsAt(this.index(program), position, program.files),
    describe: ({ program, position, label, chosen }) =>
      cardOf(label, { ...position, column: Number.MAX_SAFE_INTEGER }, this.cards(program, chosen)),
    signature: ({ program, position }) => signatureAt(this.index(program), position),
    definitions: ({ program, position }) => definitionsAt(this.index(program), position),
    references: ({ program, position }) => {
      const index = this.index(program);
      return { name: nameAt(index, position)?.name ?? null, places: referencesAt(index, position) };
    },
    renameable: ({ program, position, own }) => {
      const found = renameableAt(this.index(program), position, new Set(own));
      if (!found.ok) return found;
      const { name, written } = found;
      return { ok: true, written, places: name.definitions.length + name.references.length };
    },
    rename: (ask) => this.rename(ask),
    apply: ({ program, edits }) => changedFiles(program, edits),
    folds: ({ program, file }) => {
      const index = this.index(program);
      const text = index.texts.get(file) ?? this.read(file, program.files[file] ?? "");
      return foldsOf(text, (word) => index.macroNamed(word));
    },
    format: ({ program, file }) => {
      const index = this.index(program);
      const text = index.texts.get(file) ?? this.read(file, program.files[file] ?? "");
      return formatText(text, (word) => index.macroNamed(word) !== null);
    },
    fixes: ({ program }) => {
      const index = this.index(program);
      return this.assembly(program).diagnostics.map((diagnostic) => {
        const { file, line, column, endColumn, message } = diagnostic;
        return { file, line, column, endColumn, message, fixes: fixesFor(diagnostic, index, program.files) };
      });
    },
  };

  private index(program: ProgramText): NameIndex {
    if (this.indexed === null || !sameProgram(this.indexed.program, program)) {
      const source = sourceFiles(program.main, program.files);
      this.indexed = { program, index: new NameIndex(source, (name, text) => this.read(name, text)) };
    }
    return this.indexed.index;
  }

  private assembly(program: ProgramText): Assembly {
    if (this.assembled === null || !sameProgram(this.assembled.program, program)) {
      this.assembled = { program, assembly: assembled(program, program.files) };
    }
    return this.assembled.assembly;
  }

  /** A file taken apart; the one that is being typed in is read anew, the others are not. */
  private read(name: string, text: string): TextFile {
    const known = this.texts.get(name);
    if (known?.text === text) return known;
    const file = readText(name, text);
    this.texts.set(name, file);
    return file;
  }

  private cards(program: ProgramText, chosen: CardContext["chosen"]): CardContext {
    return { index: this.index(program), assembly: this.assembly(program), chosen, now: this.now };
  }

  /** A renaming that would change a single byte of the program, or break it, is none. */
  private rename({ program, position, to, own }: Ask<"rename">): LanguageAnswer<"rename"> {
    const made = renameAt(this.index(program), position, to, new Set(own));
    if (!made.ok || made.edits.length === 0) return made;
    const before = this.assembly(program);
    const changed = { ...program.files, ...changedFiles(program, made.edits) };
    const after = assembled(program, changed);
    if (before.entry !== after.entry && before.ok && after.ok) {
      return {
        ok: false,
        reason: {
          en: "The program is entered at the label `start`: with another name it would begin elsewhere.",
          zh: "程序从标号 `start` 进入：换了名称就会从别处开始。",
        },
      };
    }
    const others = buildsOf(program.files).filter((defines) => defines.join() !== definesOf(program).join());
    const alike = others.every((defines) =>
      sameBytes(assembleFiles(program.main, program.files, defines), assembleFiles(program.main, changed, defines)),
    );
    if (!sameBytes(before, after) || !alike) {
      const problem = after.diagnostics.find(({ severity }) => severity === "error");
      return {
        ok: false,
        reason: {
          en: `The program would not stay the same with \`${to}\`${problem === undefined ? "." : `: ${problem.message.en} (line ${problem.line}).`}`,
          zh: `改为 \`${to}\` 后程序不再相同${problem === undefined ? "。" : `：${problem.message.zh}（第 ${problem.line} 行）。`}`,
        },
      };
    }
    return made;
  }
}

const definesOf = ({ strategy }: ProgramText): readonly string[] => findStrategy(strategy ?? "")?.defines ?? [];

/** What the assembler makes of a program with these files, as its strategy has it. */
function assembled(program: ProgramText, files: ProgramText["files"]): Assembly {
  return assembleFiles(program.main, files, definesOf(program));
}

function changedFiles({ files }: ProgramText, edits: readonly TextEdit[]): Record<string, string> {
  const names = [...new Set(edits.map((edit) => edit.file))];
  return Object.fromEntries(
    names.map((name) => {
      const own = edits.filter((edit) => edit.file === name);
      return [name, applyEdits(files[name] ?? "", own)];
    }),
  );
}

function vocabulary(): Vocabulary {
  return {
    mnemonics: mnemonics(),
    prefixes: Object.keys(KEYWORD_WORDS).filter((word) => /^(?:lock|rep|[oa](?:16|32)$)/.test(word)),
    registers: [...REGISTERS.keys()],
    directives: [
      ...new Set([...Object.keys(DATA_WIDTH), ...Object.keys(RESERVE_WIDTH), ...Object.keys(DIRECTIVE_WORDS)]),
    ],
    keywords: Object.keys(KEYWORD_WORDS).filter((word) => !/^(?:lock|rep|[oa](?:16|32)$)/.test(word)),
  };
}

function sameProgram(a: ProgramText, b: ProgramText): boolean {
  if (a === b) return true;
  const names = Object.keys(a.files);
  return (
    a.main === b.main &&
    a.strategy === b.strategy &&
    names.length === Object.keys(b.files).length &&
    names.every((name) => a.files[name] === b.files[name])
  );
}

function sameBytes(a: Assembly, b: Assembly): boolean {
  return (
    a.ok === b.ok &&
    a.diagnostics.length === b.diagnostics.length &&
    a.bytes.length === b.bytes.length &&
    a.bytes.every((byte, i) => byte === b.bytes[i])
  );
}

/** The word at a position, with where it stands; null in comments, strings and between words. */
function wordAt(index: NameIndex, { file, line, column }: Position) {
  const text = index.texts.get(file)?.lines[line - 1];
  const token = text?.tokens.find(
    ({ start, end }) => start + 1 <= column && column <= end + 1 && wordy(text.text, start),
  );
  if (token === undefined || (token.kind !== "id" && token.kind !== "directive" && token.kind !== "param")) return null;
  return { word: token.text, range: { file, line, column: token.start + 1, endColumn: token.end + 1 } };
}

const wordy = (text: string, at: number): boolean => /[\w.$%?@]/.test(text[at] ?? "");
