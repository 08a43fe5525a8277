import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assemble } from "../../src/asm/assemble.ts";
import { handOver } from "../../src/machine/hand-over.ts";
import { Machine, type MachineOptions } from "../../src/machine/machine.ts";
import { findTool } from "../tools/find.mjs";

const GUESTS = "test/bochs/guests";
const GOLDEN = "test/bochs/golden";
const IMAGE_ADDRESS = 0x100000;
const MEMORY_BYTES = 32 << 20;
const STEP_BUDGET = 20_000_000;
const BOCHS_SECONDS = 60;
const OUTPUT_LIMIT = 200_000;
/** The last line of every guest that came to its end. */
export const END = "end\n";

/** A 32-bit processor without later extensions. */
const PLAIN_MODEL = "core_duo_t2400_yonah";
/** Where the debugger that is built in has something to say, as of a triple fault. */
const DEBUGGER_LINE = /^\(0\)\.\[\d+\].*\n/gm;

/** The BIOS images of Bochs, and where systems put them. */
const BIOS_FOLDERS = ["/usr/share/bochs", "/usr/local/share/bochs"];

/** Names of all guests. */
export function guestNames(): string[] {
  return readdirSync(GUESTS)
    .filter((file) => file.endsWith(".asm"))
    .map((file) => file.slice(0, -4))
    .sort();
}

/** A guest's source text. */
export function guestSource(name: string): string {
  return readFileSync(join(GUESTS, `${name}.asm`), "utf8");
}

/** A guest's image by the project's own assembler. Throws when the assembler finds an error. */
export function assembleHere(name: string): Uint8Array {
  const resolve = (path: string): string | null => readFileSync(join(GUESTS, path), "utf8");
  const result = assemble(guestSource(name), { name: `${name}.asm`, resolve });
  if (!result.ok) throw new Error(`${name}.asm: ${JSON.stringify(result.diagnostics[0])}`);
  return result.bytes;
}

/** A source of this folder (path relative to it, without `.asm`), assembled by NASM. */
export function assembleWithNasm(path: string): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), "ringside-nasm-"));
  try {
    const output = join(folder, "image");
    const include = `${GUESTS}/`;
    execFileSync(findTool("nasm"), ["-f", "bin", "-w-all", "-I", include, "-o", output, `test/bochs/${path}.asm`]);
    return new Uint8Array(readFileSync(output));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs an image on the machine of this project, from the Multiboot state; gives what it wrote to port E9. */
export function runHere(image: Uint8Array, options: Pick<MachineOptions, "vmx"> = {}): string {
  const machine = new Machine({ memoryBytes: MEMORY_BYTES, whatIf: [], ...options });
  machine.memory.bytes.set(image, IMAGE_ADDRESS);
  handOver(machine.cpu.state, machine.memory, IMAGE_ADDRESS);
  machine.run(STEP_BUDGET);
  const text = machine.platform.debug.text().slice(0, OUTPUT_LIMIT);
  return text.endsWith(END) ? text : `${text}(${machine.outcome} after ${machine.steps} steps)\n`;
}

/** `image` behind the start code of rom.asm, with size and checksum as a BIOS wants them. */
export function optionRom(start: Uint8Array, image: Uint8Array): Uint8Array {
  const dwords = Math.ceil(image.length / 4);
  // One byte more than the image, for the checksum.
  const rom = new Uint8Array(Math.ceil((start.length + dwords * 4 + 1) / 512) * 512);
  rom.set(start);
  rom.set(image, start.length);
  rom[2] = rom.length / 512;
  new DataView(rom.buffer).setUint32(8, dwords, true);
  rom[rom.length - 1] = -rom.reduce((sum, byte) => sum + byte, 0) & 0xff;
  return rom;
}

/**
 * Runs an image in Bochs; gives what it wrote to port E9. A run that does not reach its end line is ended after a
 * while, and what it wrote until then has no end line. `model`: the processor, as `bochs-bin --help cpu` names them.
 */
export async function runBochs(image: Uint8Array, model = PLAIN_MODEL): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "ringside-bochs-"));
  try {
    writeFileSync(join(folder, "image.rom"), optionRom(assembleWithNasm("rom"), image));
    writeFileSync(join(folder, "commands"), "c\n");
    writeFileSync(join(folder, "bochsrc"), configuration(folder, model));
    const raw = await output(findTool("bochs"), ["-q", "-f", "bochsrc", "-rc", "commands"], folder);
    // The debugger's banner is before, and where it stopped is behind.
    const text = raw.slice(raw.indexOf("\n", raw.indexOf("(unk. ctxt)")) + 1).replace(DEBUGGER_LINE, "");
    const end = text.indexOf(`\n${END}`);
    return end < 0 ? text : text.slice(0, end + 1 + END.length);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Every message is kept away from the output. */
function configuration(folder: string, model: string): string {
  const bios = BIOS_FOLDERS.find((each) => safeList(each).includes("BIOS-bochs-latest")) ?? "";
  return [
    "display_library: term",
    "megs: 32",
    `romimage: file=${bios}/BIOS-bochs-latest`,
    `vgaromimage: file=${bios}/VGABIOS-lgpl-latest`,
    `optromimage1: file=${folder}/image.rom, address=0xd0000`,
    `cpu: model=${model}, count=1, ips=100000000, ignore_bad_msrs=0, reset_on_triple_fault=0`,
    "clock: sync=none",
    "port_e9_hack: enabled=1",
    "panic: action=fatal",
    "error: action=ignore",
    "info: action=ignore",
    "debug: action=ignore",
    "mouse: enabled=0",
    `log: ${folder}/log`,
    "",
  ].join("\n");
}

function safeList(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function output(command: string, args: string[], cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, TERM: "vt100" };
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "ignore"] });
    let text = "";
    const stop = (): void => {
      child.kill("SIGKILL");
    };
    const timer = setTimeout(stop, BOCHS_SECONDS * 1000);
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString("latin1");
      if (text.length > OUTPUT_LIMIT) stop();
    });
    child.on("error", reject);
    child.on("close", () => {
      clearTimeout(timer);
      resolve(text);
    });
  });
}

/** Calls `body` for all names, two at a time, and gives the promise of each. */
export function twoAtATime<T>(names: readonly string[], body: (name: string) => Promise<T>): Map<string, Promise<T>> {
  const lanes: Promise<unknown>[] = [Promise.resolve(), Promise.resolve()];
  const results = new Map<string, Promise<T>>();
  names.forEach((name, i) => {
    const lane = i % lanes.length;
    const result = lanes[lane]!.then(() => body(name));
    lanes[lane] = result.catch(() => undefined);
    results.set(name, result);
  });
  return results;
}

/** Where the manual and Bochs part: a line of Bochs, and the line that the manual asks for. */
interface Difference {
  readonly bochs: string;
  readonly manual: string;
}

/**
 * The differences that a guest's header names, as pairs of comment lines `;  Bochs:  ...` and `;  manual: ...`. A reason
 * stands above them. `\n` in either separates lines.
 */
export function differences(source: string): Difference[] {
  const found: Difference[] = [];
  const lines = source.split("\n");
  lines.forEach((line, i) => {
    const bochs = /^; {2}Bochs: {2}(.*)$/.exec(line)?.[1];
    if (bochs === undefined) return;
    const manual = /^; {2}manual: (.*)$/.exec(lines[i + 1] ?? "")?.[1];
    if (manual === undefined) throw new Error(`a "Bochs:" line is not followed by a "manual:" line: ${line}`);
    found.push({ bochs: bochs.replaceAll("\\n", "\n"), manual: manual.replaceAll("\\n", "\n") });
  });
  return found;
}

/** What the manual asks for, from what Bochs printed. Throws when Bochs no longer prints a line that the header names. */
export function corrected(name: string, text: string, source = guestSource(name)): string {
  let result = `\n${text}`;
  for (const { bochs, manual } of differences(source)) {
    if (!result.includes(`\n${bochs}\n`)) throw new Error(`${name}: Bochs does not print "${bochs}"`);
    result = result.replace(`\n${bochs}\n`, () => `\n${manual}\n`);
  }
  return result.slice(1);
}

/** The recorded output of a guest, after the manual. */
export function golden(name: string): string {
  return readFileSync(join(GOLDEN, `${name}.txt`), "utf8");
}

/** Records a guest's output. */
export function writeGolden(name: string, text: string): void {
  writeFileSync(join(GOLDEN, `${name}.txt`), text);
}
