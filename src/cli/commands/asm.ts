import { join, resolve } from "node:path";
import type { Command } from "commander";
import type { Diagnostic } from "../../session/types.ts";
import { diagnosticText } from "../diagnostics.ts";
import { BadInput, EXIT } from "../errors.ts";
import { decodeText, readInput, writeWhole } from "../files.ts";
import type { Io } from "../io.ts";
import { addOutputOptions, collect, language } from "../options.ts";
import { gather, shown } from "../program.ts";
import { json, oneLine, plural } from "../text.ts";

interface AsmOptions {
  readonly output?: string;
  readonly listing?: boolean;
  readonly define?: readonly string[];
  readonly json?: boolean;
  readonly lang: string;
}

/** What `asm --json` prints. */
export interface AsmResult {
  readonly ok: boolean;
  readonly origin: number;
  readonly entry: number;
  readonly length: number;
  /** Where the image was written, or null. */
  readonly output: string | null;
  readonly symbols: readonly { readonly name: string; readonly value: number; readonly isLabel: boolean }[];
  readonly diagnostics: readonly Omit<Diagnostic, "expansion" | "remedies">[];
  /** With --listing. */
  readonly listing: string | null;
}

/** `ringside asm FILE -o OUT`: a flat image, as `nasm -f bin` would make it. */
export function addAsm(program: Command, io: Io, end: (code: number) => void): void {
  const command = program.command("asm").summary("assemble a source to a flat image");
  command
    .description(
      "Assembles a source in NASM's dialect to a flat image (BITS 32 and ORG 0x100000 unless it says otherwise).",
    )
    .argument("<file>", "the source; - is standard input")
    .option("-o, --output <out>", "where the image goes; - is standard output; without it the source is only checked")
    .option("-D, --define <name[=value]>", "define a macro before the first line; may be repeated", collect)
    .option("--listing", "print addresses and bytes beside the source");
  addOutputOptions(command).action(async (file: string, options: AsmOptions) => {
    const lang = language(options);
    const { output } = options;
    const name = file === "-" ? "standard input" : file;
    if (output === "") throw new BadInput("--output: the name of the file is empty");
    if (output === "-" && (options.listing || options.json)) {
      throw new BadInput("--output -: the image goes to standard output, so a listing or JSON cannot; give a file");
    }
    if (output !== undefined && output !== "-" && file !== "-" && resolve(output) === resolve(file)) {
      throw new BadInput(`--output ${output}: this is the source itself; give another name`);
    }
    const text = decodeText(readInput(file, io), name, "a binary is not assembled (see disasm)");
    const { assembly, files, main, root } = gather(file, text, (options.define ?? []).map(macro));
    const shownPath = (path: string) => (path === main ? name : shown(join(root, path), path));
    const messages = diagnosticText(assembly.diagnostics, files, shownPath, lang);
    const result = (): AsmResult => ({
      ok: assembly.ok,
      origin: assembly.origin,
      entry: assembly.entry,
      length: assembly.bytes.length,
      output: assembly.ok && output !== undefined ? output : null,
      symbols: [...assembly.symbols].map(([symbol, { value, kind }]) => ({
        name: symbol,
        value,
        isLabel: kind === "label",
      })),
      diagnostics: assembly.diagnostics.map(({ expansion: _, remedies: _remedies, ...diagnostic }) => ({
        ...diagnostic,
        file: shownPath(diagnostic.file),
      })),
      listing: options.listing ? assembly.listing() : null,
    });
    if (!assembly.ok) {
      if (options.json) io.out(json(result()));
      const errors = assembly.diagnostics.filter(({ severity }) => severity === "error").length;
      throw new BadInput(
        `${name}: ${plural(errors, "error")}${output === undefined ? "" : "; nothing was written"}`,
        messages,
      );
    }
    io.err(messages);
    if (output === "-") await io.outBytes(assembly.bytes);
    else if (output !== undefined) writeWhole(output, assembly.bytes);
    if (options.json) io.out(json(result()));
    else if (options.listing) io.out(assembly.listing());
    else if (output !== "-") {
      const where = `0x${assembly.origin.toString(16)}, entry 0x${assembly.entry.toString(16)}`;
      io.out(`${output ?? name}: ${plural(assembly.bytes.length, "byte")} at ${where}\n`);
    }
    end(EXIT.ok);
  });
}

/** `NAME` or `NAME=VALUE`, checked. */
function macro(text: string): string {
  if (/^[A-Za-z_.?@][\w.?@$#~]*(?:=[^\r\n]*)?$/.test(text)) return text;
  throw new BadInput(`--define ${oneLine(text)}: a macro is NAME or NAME=VALUE, as in -D XEN or -D SIZE=64`);
}
