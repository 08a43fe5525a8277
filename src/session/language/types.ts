import type { Completions } from "../../asm/language/completion.ts";
import type { Reference } from "../../asm/language/definitions.ts";
import type { Fix } from "../../asm/language/fixes.ts";
import type { Fold } from "../../asm/language/folding.ts";
import type { SignatureHelp } from "../../asm/language/signature.ts";
import type { NameKind, Position, Range, Refusal, TextEdit } from "../../asm/language/types.ts";
import type { Verdict } from "../../isa/behaviour.ts";
import type { Check, Sensitivity, Words } from "../../isa/types.ts";
import type { NameAnswer } from "../inspect/name.ts";

export type { Completion, CompletionKind, Completions } from "../../asm/language/completion.ts";
export type { Reference } from "../../asm/language/definitions.ts";
export type { Fix } from "../../asm/language/fixes.ts";
export type { Fold } from "../../asm/language/folding.ts";
export type { Signature, SignatureHelp } from "../../asm/language/signature.ts";
export type { NameKind, Position, Range, Refusal, TextEdit } from "../../asm/language/types.ts";
export type { Verdict } from "../../isa/behaviour.ts";
export type { NameAnswer, RegisterNow } from "../inspect/name.ts";

/** The text that a question is about. */
export interface ProgramText {
  readonly main: string;
  readonly files: Readonly<Record<string, string>>;
  /** The strategy that it is assembled for; without it, for none in particular. */
  readonly strategy?: string;
}

/** What becomes of an instruction at a privilege level of the processor. */
export interface Level {
  readonly cpl: 0 | 1 | 3;
  readonly verdict: Verdict;
  readonly words: Words;
}

/** What becomes of an instruction of the guest's kernel under a strategy. */
export interface Treatment {
  readonly id: string;
  readonly title: Words;
  /** The run on the page is under this strategy. */
  readonly current: boolean;
  /** The ring in which the guest's kernel really runs. */
  readonly ring: number;
  readonly verdict: Verdict;
  readonly words: Words;
}

/** All that the table says of an instruction. */
export interface InstructionCard {
  readonly kind: "instruction";
  readonly mnemonic: string;
  readonly aliases: readonly string[];
  /** As the manual writes them: `r/m32, imm8`. */
  readonly operands: string;
  /** As the manual writes it: `0F 01 /4`. */
  readonly encoding: string;
  /** How many forms the mnemonic has. */
  readonly forms: number;
  readonly words: Words;
  readonly checks: readonly Check["rule"][];
  readonly privileged: boolean;
  readonly sensitivity: Sensitivity;
  /** What it does where it should have trapped; null where it is not silent. */
  readonly silent: Words | null;
  /** What VT-x makes of it in non-root operation: exit reason and what decides; null where it never exits by itself. */
  readonly vmx: Words | null;
  readonly robinIrvine: boolean;
  /** The what-if rule that makes it trap, and whether it is in force; else null. */
  readonly whatIf: { readonly rule: string; readonly on: boolean } | null;
  readonly flags: { readonly written: string; readonly undefined: string; readonly read: string };
  readonly manual: string;
  readonly levels: readonly Level[];
  readonly strategies: readonly Treatment[];
  /** What the line was assembled to; null where it was not, or the words are about the mnemonic in general. */
  readonly line: { readonly address: number; readonly bytes: string; readonly times: number } | null;
}

export interface RegisterCard {
  readonly kind: "register";
  readonly name: string;
  readonly now: Extract<NameAnswer, { kind: "register" }> | null;
}

export interface NameCard {
  readonly kind: "name";
  readonly name: string;
  readonly is: NameKind;
  readonly definition: { readonly file: string; readonly line: number; readonly text: string } | null;
  readonly comment: string;
  /** A macro's parameters as its head has them; else null. */
  readonly parameters: string | null;
  /** The value that the text on the page gives it; null where it does not assemble. */
  readonly value: number | null;
  /** What it stands for in the run. */
  readonly now: Extract<NameAnswer, { kind: "symbol" }> | null;
  readonly references: number;
}

export interface WordCard {
  readonly kind: "word";
  readonly name: string;
  readonly words: Words;
}

export type Card = InstructionCard | RegisterCard | NameCard | WordCard;

/** A problem with what would mend it. */
export interface MendableProblem extends Range {
  readonly message: Words;
  readonly fixes: readonly Fix[];
}

/** The words that an editor colours. */
export interface Vocabulary {
  readonly mnemonics: readonly string[];
  readonly prefixes: readonly string[];
  readonly registers: readonly string[];
  readonly directives: readonly string[];
  readonly keywords: readonly string[];
}

/** What the page has chosen, for cards that say what holds in its run. */
interface Chosen {
  readonly strategy: string;
  readonly whatIf: readonly string[];
}

/** What an editor asks, and what it gets. Positions count from 1. */
export interface LanguageQuestions {
  vocabulary: { readonly ask: unknown; readonly answer: Vocabulary };
  hover: {
    readonly ask: { readonly program: ProgramText; readonly position: Position; readonly chosen: Chosen };
    readonly answer: { readonly range: Range; readonly card: Card } | null;
  };
  completions: {
    readonly ask: { readonly program: ProgramText; readonly position: Position };
    readonly answer: Completions;
  };
  /** What there is to say of a completion. */
  describe: {
    readonly ask: {
      readonly program: ProgramText;
      readonly position: Position;
      readonly label: string;
      readonly chosen: Chosen;
    };
    readonly answer: Card | null;
  };
  signature: {
    readonly ask: { readonly program: ProgramText; readonly position: Position };
    readonly answer: SignatureHelp | null;
  };
  definitions: {
    readonly ask: { readonly program: ProgramText; readonly position: Position };
    readonly answer: readonly Range[];
  };
  references: {
    readonly ask: { readonly program: ProgramText; readonly position: Position };
    readonly answer: { readonly name: string | null; readonly places: readonly Reference[] };
  };
  renameable: {
    readonly ask: { readonly program: ProgramText; readonly position: Position; readonly own: readonly string[] };
    readonly answer: { readonly ok: true; readonly written: string; readonly places: number } | Refusal;
  };
  rename: {
    readonly ask: {
      readonly program: ProgramText;
      readonly position: Position;
      readonly to: string;
      readonly own: readonly string[];
    };
    readonly answer: { readonly ok: true; readonly edits: readonly TextEdit[] } | Refusal;
  };
  /** The files that edits concern, with the edits made. */
  apply: {
    readonly ask: { readonly program: ProgramText; readonly edits: readonly TextEdit[] };
    readonly answer: Readonly<Record<string, string>>;
  };
  folds: {
    readonly ask: { readonly program: ProgramText; readonly file: string };
    readonly answer: readonly Fold[];
  };
  format: { readonly ask: { readonly program: ProgramText; readonly file: string }; readonly answer: string };
  fixes: { readonly ask: { readonly program: ProgramText }; readonly answer: readonly MendableProblem[] };
}

export type LanguageKind = keyof LanguageQuestions;

/** A question: its kind, and what it is about. */
export type LanguageQuestion<K extends LanguageKind = LanguageKind> = {
  [Q in K]: { readonly kind: Q } & LanguageQuestions[Q]["ask"];
}[K];

export type LanguageAnswer<K extends LanguageKind> = LanguageQuestions[K]["answer"];
