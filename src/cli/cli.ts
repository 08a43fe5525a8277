import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { addAsm } from "./commands/asm.ts";
import { addCompare } from "./commands/compare.ts";
import { addDebug } from "./commands/debug.ts";
import { addDisasm } from "./commands/disasm.ts";
import { addIsa } from "./commands/isa.ts";
import { addOpen } from "./commands/open.ts";
import { addParavirtualize } from "./commands/paravirtualize.ts";
import { addRun } from "./commands/run.ts";
import { addSchema } from "./commands/schema.ts";
import { addShare } from "./commands/share.ts";
import { addTrace } from "./commands/trace.ts";
import { addVmcs } from "./commands/vmcs.ts";
import { BadInput, EXIT, ReaderGone } from "./errors.ts";
import type { Io } from "./io.ts";

const EPILOGUE = `
FILE is a source (.asm, loaded at its ORG or 0x100000, entered at start or its first byte, includes found beside it),
a flat binary (--format flat) or a Multiboot image (--format multiboot); - is standard input.

Exit codes: 0 done, 2 bad input, 3 the runs differ (compare) or the digest does (open), 1 anything else.

  ringside run programs/hello-uart.asm --vmm trap-and-emulate
  ringside compare programs/sensitive/popf.asm
  ringside trace programs/rings.asm --vmm trap-and-emulate --until trap
  ringside paravirtualize programs/sensitive/popf.asm --output port
  ringside debug programs/rings.asm --vmm trap-and-emulate -c "b start" -c c -c "info reg"`;

function version(): string {
  const about: { version: string } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  return about.version;
}

/** The commands; `end` hears the exit code of the one that ran. */
function makeProgram(io: Io, end: (code: number) => void): Command {
  const program = new Command("ringside");
  program
    .description("Runs guests on a simulated x86, bare or under a VMM, and shows where they can tell the difference.")
    .version(version(), "-V, --version", "print the version")
    .addHelpText("after", EPILOGUE)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.out(text),
      writeErr: (text) => io.err(text),
      outputError: (text, write) =>
        write(`ringside: ${text.replace(/^error: /, "")}(ringside COMMAND --help says what it takes)\n`),
      getOutHelpWidth: () => io.columns ?? 120,
      getErrHelpWidth: () => 120,
    });
  const commands = [
    ...[addRun, addDebug, addCompare, addTrace, addVmcs, addAsm, addDisasm, addIsa],
    ...[addParavirtualize, addShare, addOpen, addSchema],
  ];
  for (const add of commands) {
    add(program, io, end);
  }
  for (const command of program.commands) command.copyInheritedSettings(program);
  return program;
}

/**
 * Carries out one command line (without the program's name) and returns its exit code. Everything that can be wrong
 * with the input is one message on `io.err` and exit code 2.
 */
export async function runCli(args: readonly string[], io: Io): Promise<number> {
  let code: number = EXIT.ok;
  try {
    const program = makeProgram(io, (ended) => {
      code = ended;
    });
    if (args.length === 0) {
      io.err(program.helpInformation());
      io.err(`${EPILOGUE}\n`);
      return EXIT.badInput;
    }
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    code = judge(error, args[0] ?? "", io);
  }
  try {
    await io.flush();
  } catch (error) {
    code = judge(error, args[0] ?? "", io);
  }
  return code;
}

/** Says what went wrong, and how the process is to end. */
function judge(error: unknown, command: string, io: Io): number {
  if (error instanceof ReaderGone) return EXIT.ok;
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.badInput;
  if (error instanceof BadInput) {
    io.err(`${error.details}ringside ${command}: ${error.message}\n`);
    return EXIT.badInput;
  }
  const message = error instanceof Error ? error.message : String(error);
  io.err(`ringside ${command}: failed: ${message}\n`);
  return EXIT.failure;
}
