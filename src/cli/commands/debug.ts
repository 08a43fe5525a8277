import type { Command } from "commander";
import { Debugger } from "../debugger.ts";
import { BadInput, EXIT } from "../errors.ts";
import { startSession } from "../execute.ts";
import { STRATEGY_IDS } from "../facts.ts";
import { decodeText, readInput } from "../files.ts";
import type { Io } from "../io.ts";
import { addLanguageOption, addMachineOptions, language, type MachineOptions, prepare } from "../options.ts";
import { oneLine } from "../text.ts";

interface DebugOptions extends MachineOptions {
  readonly vmm?: string;
  readonly echo?: boolean;
  readonly verb?: readonly Given[];
  readonly script?: readonly Given[];
}

/** A verb of `-c`, or a file of `-x`, with its place among all of them. */
interface Given {
  readonly text: string;
  readonly order: number;
}

/** A line to be carried out, and where it was written. */
interface Line {
  readonly text: string;
  readonly where: string;
}

const PROMPT = "(ringside) ";

/** `ringside debug FILE`: the page's command line, with its verbs of gdb and Bochs. */
export function addDebug(program: Command, io: Io, end: (code: number) => void): void {
  const command = program.command("debug").summary("step, break, look and go back, by gdb's and Bochs's verbs");
  command.description(
    "Loads a program and takes verbs, a line each: from -c and -x in the order given, else from standard input. `help` lists them (b, c, si, rsi, watch, catch, x, info, p, set, goto, ...); `quit` ends. Lines that begin with # are comments. A line of -c or -x that fails ends the command; standard input goes on, and the exit code says so.",
  );
  let order = 0;
  const given = (text: string, earlier: readonly Given[] = []) => [...earlier, { text, order: order++ }];
  addMachineOptions(command)
    .option("--vmm <strategy>", `who runs it: ${STRATEGY_IDS.join(", ")} (bare-metal)`)
    .option("-c, --verb <line>", "carry out this line; may be repeated", given)
    .option("-x, --script <file>", "carry out the lines of this file; may be repeated; - is standard input", given)
    .option("--echo", "print each line before what it says");
  addLanguageOption(command).action(async (file: string, options: DebugOptions) => {
    const lang = language(options);
    const scripts = [
      ...(options.verb ?? []).map(asLine),
      ...(options.script ?? []).map((one) => asLines(one, file, io)),
    ]
      .sort((a, b) => a.order - b.order)
      .flatMap(({ lines }) => lines);
    const batch = options.verb !== undefined || options.script !== undefined;
    if (!batch && file === "-") throw new BadInput("the program is read from standard input: give verbs by -c or -x");
    const { opened, request } = prepare(file, options, options.vmm, io);
    const { session } = startSession(request, opened, lang, io);
    let interrupted = false;
    const withdraw = io.onInterrupt(() => {
      interrupted = true;
    });
    const shell = new Debugger(session, request, lang, {
      out: (text) => io.out(text),
      breathe: async () => {
        await io.flush();
        await new Promise((resolve) => setImmediate(resolve));
      },
      interrupted: () => interrupted,
    });
    let failures = 0;
    let last = "";
    /** Answers whether there is more to come. */
    const carryOut = async (text: string, where: string | null): Promise<boolean> => {
      const line = text.trim() === "" && where === null && io.isTerminal ? last : text.trim();
      if (line === "" || line.startsWith("#")) return true;
      if (/^(?:q|quit|exit)$/i.test(line)) return false;
      if (options.echo) io.out(`${PROMPT}${oneLine(line)}\n`);
      last = line;
      interrupted = false;
      const ok = await shell.line(line);
      await io.flush();
      if (ok) return true;
      failures++;
      if (where === null) return true;
      throw new BadInput(`${where}: "${oneLine(line)}" failed`);
    };
    try {
      if (batch) {
        for (const { text, where } of scripts) if (!(await carryOut(text, where))) break;
      } else {
        if (io.isTerminal) {
          shell.where();
          io.out("`help` lists the verbs, `quit` ends; Ctrl+C interrupts a run.\n");
          await io.flush();
        }
        for await (const text of io.lines(PROMPT)) if (!(await carryOut(text, null))) break;
      }
    } finally {
      withdraw();
    }
    end(failures > 0 && !io.isTerminal ? EXIT.badInput : EXIT.ok);
  });
}

function asLine({ text, order }: Given): { readonly order: number; readonly lines: readonly Line[] } {
  return { order, lines: [{ text, where: "-c" }] };
}

function asLines({ text, order }: Given, program: string, io: Io) {
  if (text === "-" && program === "-") throw new BadInput("standard input cannot be the program and the script");
  const name = text === "-" ? "standard input" : text;
  const script = decodeText(readInput(text, io), name, "a script is text, a verb a line");
  const lines = script.split(/\r?\n/).map((line, i): Line => ({ text: line, where: `${name}:${i + 1}` }));
  return { order, lines };
}
