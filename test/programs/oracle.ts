// Runs guest programs on Bochs and QEMU and compares the outcome with each program's header.
//
//   npx tsx test/programs/oracle.ts [--qemu] [--verbose] [FILE...]      (default: every program, on Bochs)
//
// The image is assembled by NASM and started from a floppy by bootsect.asm in the state that programs/README.md
// describes. On Bochs one PIT clock lasts eight instructions, as it does on Ringside. Programs that expect input are
// only reported. QEMU checks no segment limits or types on data accesses: differences there are to be judged by hand.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { parseProgramHeader } from "../../src/session/program-header.ts";

const root = resolve(import.meta.dirname, "../..");
const arguments_ = process.argv.slice(2);
const useQemu = arguments_.includes("--qemu");
const verbose = arguments_.includes("--verbose");
const named = arguments_.filter((argument) => !argument.startsWith("--"));
const files = named.length > 0 ? named : programFiles();

function programFiles(): string[] {
  const entries = readdirSync(join(root, "programs"), { recursive: true, encoding: "utf8" });
  return entries
    .filter((entry) => entry.endsWith(".asm"))
    .sort()
    .map((entry) => join(root, "programs", entry));
}

interface Floppy {
  readonly path: string;
  readonly exits: readonly number[];
}
interface Observed {
  readonly outcome: string;
  readonly serial: string;
  readonly output: string;
}

/** A floppy image of the program, and the addresses of its instructions that write to the exit port. */
function build(file: string, directory: string): Floppy {
  const image = join(directory, "image.bin");
  const map = join(directory, "image.map");
  const prelude = join(directory, "prelude.inc");
  writeFileSync(prelude, `[map symbols ${map}]\n`);
  execFileSync(
    process.env.NASM || "nasm",
    ["-f", "bin", "-w+all", "-I", `${root}/programs/`, "-p", prelude, "-o", image, file],
    {
      stdio: "inherit",
    },
  );
  const boot = join(directory, "boot.bin");
  execFileSync(process.env.NASM || "nasm", ["-f", "bin", "-o", boot, join(root, "test/programs/bootsect.asm")]);
  const code = readFileSync(image);
  const start = /^\s*([0-9A-F]+)\s+[0-9A-F]+\s+start$/m.exec(readFileSync(map, "utf8"));
  const sector = readFileSync(boot);
  sector.writeUInt16LE(Math.ceil(code.length / 512), 3);
  sector.writeUInt32LE(start === null ? 0x100000 : Number.parseInt(start[1] ?? "", 16), 5);
  const floppy = Buffer.alloc(1_474_560);
  sector.copy(floppy);
  code.copy(floppy, 512);
  const path = join(directory, "floppy.img");
  writeFileSync(path, floppy);
  const exits: number[] = [];
  for (let at = code.indexOf("e6f4", "hex"); at >= 0; at = code.indexOf("e6f4", at + 1, "hex")) exits.push(at);
  return { path, exits: exits.map((offset) => 0x100000 + offset) };
}

/** Runs a command for at most `seconds`; gives its standard output and exit status (null if it had to be ended). */
function runFor(
  command: string,
  parameters: readonly string[],
  seconds: number,
): Promise<{ output: string; errors: string; status: number | null }> {
  return new Promise((done) => {
    const child = spawn(command, parameters, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, TERM: "vt100" },
    });
    let output = "";
    let errors = "";
    child.stdout.setEncoding("latin1").on("data", (text) => {
      output += text;
    });
    child.stderr.setEncoding("latin1").on("data", (text) => {
      errors += text;
    });
    const timer = setTimeout(() => child.kill("SIGKILL"), seconds * 1000);
    child.on("close", (status) => {
      clearTimeout(timer);
      done({ output, errors, status });
    });
  });
}

async function onBochs(floppy: Floppy, directory: string): Promise<Observed> {
  const serial = join(directory, "serial.txt");
  const log = join(directory, "log.txt");
  const configuration = join(directory, "bochsrc");
  const commands = join(directory, "commands");
  writeFileSync(
    configuration,
    [
      "display_library: term",
      "megs: 32",
      "romimage: file=/usr/share/bochs/BIOS-bochs-latest",
      "vgaromimage: file=/usr/share/bochs/VGABIOS-lgpl-latest",
      "boot: floppy",
      `floppya: 1_44="${floppy.path}", status=inserted`,
      "cpu: model=core_duo_t2400_yonah, count=1, ips=9545456, reset_on_triple_fault=0",
      "clock: sync=none",
      `com1: enabled=1, mode=file, dev=${serial}`,
      "port_e9_hack: enabled=1",
      `log: ${log}`,
      "panic: action=fatal",
      "error: action=report",
      "info: action=ignore",
      "debug: action=ignore",
      "mouse: enabled=0",
      "sound: waveoutdrv=dummy, waveindrv=dummy, midioutdrv=dummy",
    ].join("\n"),
  );
  // After the end the last characters are still on the serial line: spin there until they are sent.
  const spins = floppy.exits.map((address) => `setpmem 0x${address.toString(16)} 2 0xfeeb`);
  const removals = floppy.exits.map((_, index) => `d ${index + 1}`);
  const breaks = floppy.exits.map((address) => `pb 0x${address.toString(16)}`);
  writeFileSync(commands, `${[...breaks, "c", "r", ...spins, ...removals, "s 60000", "q"].join("\n")}\n`);
  const { output, errors, status } = await runFor(
    process.env.BOCHS || "bochs-bin",
    ["-q", "-f", configuration, "-rc", commands],
    15,
  );
  const logged = existsSync(log) ? readFileSync(log, "latin1") : "";
  const eax = /\brax: [0-9a-f]{8}_([0-9a-f]{8})/.exec(output);
  const text = existsSync(serial) ? readFileSync(serial, "latin1") : "";
  if (verbose) console.log(output, errors, logged.slice(-2000), status);
  if (/3rd .*exception/i.test(logged + output + errors)) return { outcome: "shutdown", serial: text, output };
  if (eax !== null) return { outcome: `exited ${Number.parseInt(eax[1] ?? "", 16) & 255}`, serial: text, output };
  return { outcome: "halted or running", serial: text, output };
}

async function onQemu(floppy: Floppy, directory: string): Promise<Observed> {
  const serial = join(directory, "serial.txt");
  const parameters = [
    "-display",
    "none",
    "-debugcon",
    "stdio",
    "-serial",
    `file:${serial}`,
    "-no-reboot",
    "-monitor",
    "none",
  ];
  parameters.push("-device", "isa-debug-exit,iobase=0xf4,iosize=0x04", "-m", "32", "-icount", "shift=7");
  parameters.push("-drive", `file=${floppy.path},format=raw,if=floppy`, "-boot", "a");
  const { output, errors, status } = await runFor("qemu-system-i386", parameters, 15);
  if (verbose) console.log(output, errors, status);
  const text = existsSync(serial) ? readFileSync(serial, "latin1") : "";
  if (status === null) return { outcome: "halted or running", serial: text, output };
  return { outcome: status === 0 ? "shutdown" : `exited ${status >> 1}`, serial: text, output };
}

let failed = 0;
for (const file of files) {
  const header = parseProgramHeader(readFileSync(file, "utf8"));
  if (header.program.isCompanion) continue;
  const directory = mkdtempSync(join(tmpdir(), "ringside-oracle-"));
  try {
    const floppy = build(file, directory);
    const run = await (useQemu ? onQemu(floppy, directory) : onBochs(floppy, directory));
    const expected = header.program.bareMetal;
    const problems = header.errors.map((error) => `line ${error.line}: ${error.message}`);
    const outcome = expected.outcome === "exited" ? `exited ${expected.exitCode}` : expected.outcome;
    if (outcome !== run.outcome && !(outcome === "halted" && run.outcome === "halted or running"))
      problems.push(`outcome ${run.outcome}, expected ${outcome}`);
    // After a triple fault nobody waits for the last characters on the line.
    const sent = outcome === "shutdown" ? expected.serial?.slice(0, run.serial.length) : expected.serial;
    if (expected.serial !== null && sent !== run.serial)
      problems.push(`serial ${JSON.stringify(run.serial)}, expected ${JSON.stringify(expected.serial)}`);
    if (expected.debug !== null && !run.output.includes(expected.debug))
      problems.push(`debug ${JSON.stringify(run.output.slice(-300))}, expected ${JSON.stringify(expected.debug)}`);
    const input = header.program.inputs.length > 0;
    if (problems.length > 0 && !input) failed += 1;
    const name = basename(file);
    if (problems.length === 0) console.log(`ok    ${name}`);
    else console.log(`${input ? "input" : "FAIL "} ${name}: ${problems.join("; ")}`);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
process.exitCode = failed > 0 ? 1 : 0;
