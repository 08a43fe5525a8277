/**
 * The bounds of the assembler. It runs on whatever a person types or a link carries, so that every loop that a source
 * can drive ends at one of these, with a message that names it.
 */
export const LIMITS = {
  /** Bytes of one image, all progbits sections and the gaps between them. */
  outputBytes: 16 * 1024 * 1024,
  /** Bytes that RESB and its like may reserve in a nobits section: the physical memory of the machine. */
  reservedBytes: 256 * 1024 * 1024,
  /** Characters of one source file, and of all files that it includes together. */
  sourceChars: 4 * 1024 * 1024,
  /** Characters of one line, continuation lines included, and of one token that macros make. */
  lineChars: 64 * 1024,
  /** Files within files. */
  includeDepth: 32,
  /** Multi-line macros and %rep blocks within one another. */
  macroDepth: 200,
  /** Lines that leave the preprocessor or are skipped by it. */
  lines: 100_000,
  /** Tokens of one line after the expansion of single-line macros. */
  lineTokens: 20_000,
  /** Tokens that macro expansion may produce in one run. */
  expandedTokens: 4_000_000,
  /** Single-line macros within one another. */
  defineDepth: 100,
  /** Iterations of one %rep. */
  repetitions: 100_000,
  /** Repetitions under TIMES, in all, of jumps: their bytes differ from one repetition to the next. */
  timesVarying: 100_000,
  /** Depth of an expression's tree: nested parentheses, or terms in a row. */
  expressionDepth: 1000,
  /** Passes of the optimiser before the labels count as unsettled. */
  passes: 60,
  /** Statements times passes. */
  statementPasses: 1_000_000,
  /** Sections of one program. */
  sections: 1000,
  /** Macro calls that a diagnostic or a line entry lists, innermost first. */
  trail: 16,
  /** "Did you mean" is worked out so many times, over so many names at most. */
  suggestions: 100,
  suggestionNames: 5000,
  /** Diagnostics kept; the rest are counted. */
  diagnostics: 200,
} as const;
