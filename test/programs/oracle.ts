// Runs guest programs on Bochs and QEMU and compares the outcome with each program's header.
//
//   npx tsx test/programs/oracle.ts [--qemu] [--verbose] [FILE...]      (default: every program, on Bochs)
//
// A program with VT-x runs on a processor that has it, and its VM exits are compared too; QEMU passes it over. The image is
// assembled by NASM and started from a floppy by bootsect.asm in the state that programs/README.md
// describes. On Bochs one PIT clock lasts eight instructions, as it does on Ringside. Programs that expect input are
// only reported. QEMU checks no segment limits or types on data accesses: differences there are to be judged by hand.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { parseProgramHeader } from "../../src/session/program-header.ts";
import { build, onBochs, onQemu } from "./oracle-machines.ts";

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

let failed = 0;
for (const file of files) {
  const header = parseProgramHeader(readFileSync(file, "utf8"));
  if (header.program.isCompanion) continue;
  const directory = mkdtempSync(join(tmpdir(), "ringside-oracle-"));
  try {
    const floppy = build(file, directory);
    const { vmx, exits } = header.program;
    if (useQemu && vmx) continue;
    const run = await (useQemu ? onQemu(floppy, directory, verbose) : onBochs(floppy, directory, vmx, verbose));
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
    const reasons = run.vmExits.map(([reason]) => reason);
    if (vmx && reasons.join() !== exits.join()) problems.push(`VM exits ${reasons}, expected ${exits}`);
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
