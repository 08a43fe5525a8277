import { execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** Machines that are not ours, and how a guest program is started on them: from a floppy, by bootsect.asm. */

const root = resolve(import.meta.dirname, "../..");
/** Bochs's processors: a plain one, and one with EPT, VPID and unrestricted guests. */
const PLAIN_MODEL = "core_duo_t2400_yonah";
const VMX_MODEL = "corei7_haswell_4770";
/** How its log tells of an exit. */
const VM_EXIT = /VMEXIT reason = (\d+) .*qualification=(0x[0-9a-f]+)/g;

export interface Floppy {
  readonly path: string;
  /** Addresses of the instructions that write to the exit port. */
  readonly exits: readonly number[];
}
/** A VM exit: basic reason and qualification. */
export type SeenExit = readonly [reason: number, qualification: number];
export interface Observed {
  readonly outcome: string;
  readonly serial: string;
  readonly output: string;
  /** All VM exits and failed entries, where the machine tells of them. */
  readonly vmExits: readonly SeenExit[];
}

/** A floppy image of the program. */
export function build(file: string, directory: string): Floppy {
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

/** Runs it on Bochs. `vmx`: on a processor with VT-x. */
export async function onBochs(floppy: Floppy, directory: string, vmx: boolean, verbose = false): Promise<Observed> {
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
      `cpu: model=${vmx ? VMX_MODEL : PLAIN_MODEL}, count=1, ips=9545456, reset_on_triple_fault=0`,
      "clock: sync=none",
      `com1: enabled=1, mode=file, dev=${serial}`,
      "port_e9_hack: enabled=1",
      `log: ${log}`,
      "panic: action=fatal",
      "error: action=report",
      "info: action=ignore",
      // The processor tells of VM exits there.
      `debug: action=ignore${vmx ? ", cpu0=report" : ""}`,
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
  const vmExits = [...logged.matchAll(VM_EXIT)].map((match) => [Number(match[1]), Number(match[2])] as const);
  const observed = { serial: text, output, vmExits };
  if (/3rd .*exception/i.test(logged + output + errors)) return { outcome: "shutdown", ...observed };
  if (eax !== null) return { outcome: `exited ${Number.parseInt(eax[1] ?? "", 16) & 255}`, ...observed };
  return { outcome: "halted or running", ...observed };
}

/** Runs it on QEMU, which has no VT-x to offer. */
export async function onQemu(floppy: Floppy, directory: string, verbose = false): Promise<Observed> {
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
  if (status === null) return { outcome: "halted or running", serial: text, output, vmExits: [] };
  return { outcome: status === 0 ? "shutdown" : `exited ${status >> 1}`, serial: text, output, vmExits: [] };
}
