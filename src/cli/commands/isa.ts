import type { Command } from "commander";
import { isPrivileged } from "../../isa/behaviour.ts";
import { encodingText, operandsText } from "../../isa/notation.ts";
import { mnemonics, ROW_LIST, rowsByMnemonic } from "../../isa/rows.ts";
import type { Row } from "../../isa/types.ts";
import { oneOf } from "../choices.ts";
import { EXIT } from "../errors.ts";
import type { Io } from "../io.ts";
import { isaDetails, isaTable } from "../isa-text.ts";
import { addOutputOptions, language } from "../options.ts";
import { json } from "../text.ts";

interface IsaOptions {
  readonly silent?: boolean;
  readonly privileged?: boolean;
  readonly json?: boolean;
  readonly lang: string;
}

/** A row of `isa --json`: the row of the instruction table, and its texts as the manual writes them. */
export type IsaRow = Row & { readonly operandText: string; readonly encoding: string };

/** `ringside isa [MNEMONIC]`: the instruction table. */
export function addIsa(program: Command, io: Io, end: (code: number) => void): void {
  const command = program.command("isa").summary("look up instructions: encoding, privilege, sensitivity");
  command
    .description("Prints the instruction table, or all that it says of one mnemonic.")
    .argument("[mnemonic]", "as popf; without it every instruction is listed")
    .option("--silent", "only sensitive instructions that do not trap")
    .option("--privileged", "only instructions that not every CPL may run");
  addOutputOptions(command).action((mnemonic: string | undefined, options: IsaOptions) => {
    const lang = language(options);
    const name = mnemonic?.toLowerCase();
    if (name !== undefined) oneOf(name, mnemonics(), "mnemonic", "an instruction in the table");
    const rows = (name === undefined ? ROW_LIST.filter(isForPrograms) : rowsByMnemonic(name)).filter(
      (row) => (!options.silent || row.silent !== null) && (!options.privileged || isPrivileged(row)),
    );
    if (options.json)
      io.out(
        json(rows.map((row): IsaRow => ({ ...row, operandText: operandsText(row), encoding: encodingText(row) }))),
      );
    else if (name === undefined || rows.length === 0) io.out(isaTable(rows));
    else io.out(isaDetails(name, rows, lang));
    end(EXIT.ok);
  });
}

const NAMES = new Set(mnemonics());

function isForPrograms(row: Row): boolean {
  return NAMES.has(row.mnemonic);
}
