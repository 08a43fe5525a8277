import { AsmError } from "../diagnostics.ts";
import { splitLines, tokenise } from "../lexer.ts";
import { LIMITS } from "../limits.ts";
import { messages } from "../messages.ts";
import type { SourceLine, Token } from "../source.ts";
import type { BodyLine } from "./macros.ts";

/** The files of one run: fetched and taken apart once, whatever the number of passes. */
export class Files {
  readonly main: string;
  private readonly resolve: (path: string, from: string) => string | null;
  private readonly read = new Map<string, readonly BodyLine[]>();
  private chars = 0;
  /** Single-line macros that are there before the first line, by name: what stands for them. */
  readonly predefined: ReadonlyMap<string, readonly Token[]>;

  /**
   * @param main the name of the main source
   * @param resolve gives an included file's text, or null; `from` is the name of the file that includes it
   * @param defines `NAME` or `NAME=VALUE`, as after NASM's -D
   */
  constructor(
    main: string,
    source: string,
    resolve: (path: string, from: string) => string | null,
    defines: readonly string[] = [],
  ) {
    this.main = main;
    this.resolve = resolve;
    this.predefined = new Map(
      defines.map((define) => {
        const [name = "", ...value] = define.split("=");
        return [name, tokenise({ file: main, line: 1, text: value.join("=") })];
      }),
    );
    this.add(main, source, null);
  }

  /** Fetches an included file, unless it is there already, and gives its name. */
  open(path: string, from: string, at: Token): string {
    if (!this.read.has(path)) {
      const text = this.resolve(path, from);
      if (text === null) throw new AsmError(messages.noSuchFile(path), at);
      this.add(path, text, at);
    }
    return path;
  }

  lines(path: string): readonly BodyLine[] {
    return this.read.get(path)!;
  }

  /** The lines of every file that was read, in the order of reading. */
  all(): Iterable<readonly [string, readonly BodyLine[]]> {
    return this.read;
  }

  private add(path: string, text: string, at: Token | null): void {
    this.chars += text.length;
    if (this.chars > LIMITS.sourceChars) throw new AsmError(messages.sourceTooLong(), at);
    this.read.set(
      path,
      splitLines(path, text).map((line) => new LazyLine(line)),
    );
  }
}

/** A line that is taken apart when first looked at: most of a big include is skipped or read once. */
class LazyLine implements BodyLine {
  readonly source: SourceLine;
  private cached: Token[] | null = null;
  constructor(source: SourceLine) {
    this.source = source;
  }

  get tokens(): Token[] {
    if (this.cached === null) {
      if (this.source.text.length > LIMITS.lineChars) throw new AsmError(messages.lineTooLong(), null);
      this.cached = tokenise(this.source);
    }
    return this.cached;
  }
}
