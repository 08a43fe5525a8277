import { assemble as assembleProgram } from "../../src/asm/assemble.ts";

const known = new Map<string, Uint8Array>();

/** The bytes of a 32-bit program at `origin`. Throws with the messages of the assembler. */
export function assemble(source: string, origin: number): Uint8Array {
  const program = `bits 32\norg ${origin}\n${source}\n`;
  let bytes = known.get(program);
  if (bytes === undefined) {
    const assembly = assembleProgram(program, { name: "test.asm" });
    if (!assembly.ok) throw new Error(JSON.stringify(assembly.diagnostics));
    bytes = assembly.bytes;
    known.set(program, bytes);
  }
  return bytes;
}
