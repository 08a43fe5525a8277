import type { Command } from "commander";
import { disassembleAll } from "../../session/tools.ts";
import { oneOf } from "../choices.ts";
import { BadInput, EXIT } from "../errors.ts";
import { readInput } from "../files.ts";
import type { Io } from "../io.ts";
import { address } from "../numbers.ts";
import { DEFAULT_ORIGIN } from "../program.ts";
import { hex32, hexBytes } from "../text.ts";

/** Lines gathered before they are sent. */
const BATCH = 4096;

interface DisasmOptions {
  readonly at?: string;
  readonly bits: string;
  readonly hex?: string;
  readonly json?: boolean;
}

/** A line of `disasm --json`. */
export interface DisasmLine {
  readonly address: number;
  readonly bytes: string;
  readonly text: string;
  /** Row of the instruction table, or null where the bytes are no instruction. */
  readonly row: string | null;
}

/** `ringside disasm FILE`: bytes as instructions. */
export function addDisasm(program: Command, io: Io, end: (code: number) => void): void {
  program
    .command("disasm")
    .summary("show bytes as instructions")
    .description(
      "Disassembles a flat binary, or the bytes of --hex, to NASM's syntax. Bytes that are no instruction come out as db.",
    )
    .argument("[file]", "a flat binary; - is standard input")
    .option("--hex <bytes>", 'the bytes themselves, as "0f 01 e0" or 0f01e0')
    .option("--at <address>", "address of the first byte (0x100000)")
    .option("--bits <16|32>", "size of code", "32")
    .option("--json", "print JSON, an array of lines")
    .action(async (file: string | undefined, options: DisasmOptions) => {
      const bits = oneOf(options.bits, ["16", "32"], "--bits", "a size of code") === "16" ? 16 : 32;
      const at = options.at === undefined ? DEFAULT_ORIGIN : address(options.at, "--at");
      const bytes = input(file, options.hex, io);
      let gathered = 0;
      if (options.json) io.out("[");
      for (const line of disassembleAll(bytes, at, bits)) {
        const shown: DisasmLine = {
          address: line.address,
          bytes: hexBytes(line.bytes),
          text: line.text,
          row: line.row,
        };
        if (options.json) io.out(`${gathered === 0 ? "" : ","}\n  ${JSON.stringify(shown)}`);
        else io.out(`${hex32(shown.address)}  ${shown.bytes.padEnd(24)}  ${shown.text}\n`);
        if (++gathered % BATCH === 0) await io.flush();
      }
      if (options.json) io.out("\n]\n");
      end(EXIT.ok);
    });
}

function input(file: string | undefined, hex: string | undefined, io: Io): Uint8Array {
  if (file !== undefined && hex !== undefined) throw new BadInput("give a file or --hex, not both");
  if (hex !== undefined) return hexInput(hex);
  if (file === undefined) throw new BadInput('give a file, - for standard input, or --hex "0f 01 e0"');
  const bytes = readInput(file, io);
  if (bytes.length === 0) throw new BadInput(`${file}: the file is empty`);
  return bytes;
}

function hexInput(text: string): Uint8Array {
  const digits = text.replace(/0x/gi, " ").replace(/[\s,]/g, "");
  const wrong = /[^0-9a-f]/i.exec(digits);
  if (wrong) throw new BadInput(`--hex: "${wrong[0]}" is not a hexadecimal digit; write "0f 01 e0"`);
  if (digits === "" || digits.length % 2 !== 0) {
    throw new BadInput(`--hex: ${digits.length} digits do not make whole bytes; write two for each byte`);
  }
  return Uint8Array.from(digits.match(/../g)!, (pair) => Number.parseInt(pair, 16));
}
