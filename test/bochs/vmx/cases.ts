import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assemble } from "../../../src/asm/assemble.ts";
import { findTool } from "../../tools/find.mjs";
import { corrected, runBochs, runHere } from "../harness.ts";

const CASES = "test/bochs/vmx";
const GOLDEN = `${CASES}/golden`;
/** Where a case's includes are looked for, in this order. */
const INCLUDES = [CASES, "test/bochs/guests", "programs"];
/** A model with EPT, VPID, unrestricted guests and VM functions. */
const MODEL = "corei7_haswell_4770";

/** Names of all cases of VT-x. */
export function caseNames(): string[] {
  return readdirSync(CASES)
    .filter((file) => file.endsWith(".asm"))
    .map((file) => file.slice(0, -4))
    .sort();
}

function source(name: string): string {
  return readFileSync(join(CASES, `${name}.asm`), "utf8");
}

/** Why Bochs cannot run a case (its line `; bochs: none: ...`), or null. */
export function notInBochs(name: string): string | null {
  return /^; bochs: none: (.*)$/m.exec(source(name))?.[1] ?? null;
}

/** A case's image by the project's own assembler. Throws when the assembler finds an error. */
export function assembleCase(name: string): Uint8Array {
  const resolve = (path: string): string | null => {
    const folder = INCLUDES.find((each) => existsSync(join(each, path)));
    return folder === undefined ? null : readFileSync(join(folder, path), "utf8");
  };
  const result = assemble(source(name), { name: `${name}.asm`, resolve });
  if (!result.ok) throw new Error(`${name}.asm: ${JSON.stringify(result.diagnostics[0])}`);
  return result.bytes;
}

/** The same by NASM. */
export function assembleCaseWithNasm(name: string): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), "ringside-nasm-"));
  try {
    const output = join(folder, "image");
    const includes = INCLUDES.flatMap((each) => ["-I", `${each}/`]);
    const file = join(CASES, `${name}.asm`);
    execFileSync(findTool("nasm"), ["-f", "bin", "-w-all", ...includes, "-o", output, file]);
    return new Uint8Array(readFileSync(output));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a case writes to port E9 on this project's machine. */
export function runCaseHere(image: Uint8Array): string {
  return runHere(image, { vmx: true });
}

/** What a case writes in Bochs, corrected after the manual. */
export async function runCaseInBochs(name: string, image: Uint8Array): Promise<string> {
  const text = source(name);
  const model = /^; model: (.*)$/m.exec(text)?.[1] ?? MODEL;
  return corrected(name, await runBochs(image, model), text);
}

/** The recorded output of a case, after the manual. */
export function goldenCase(name: string): string {
  return readFileSync(join(GOLDEN, `${name}.txt`), "utf8");
}

/** Whether it has been recorded. */
export function hasGolden(name: string): boolean {
  return existsSync(join(GOLDEN, `${name}.txt`));
}

/** Records a case's output. */
export function writeGoldenCase(name: string, text: string): void {
  writeFileSync(join(GOLDEN, `${name}.txt`), text);
}
