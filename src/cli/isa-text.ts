import { encodingText, operandsText } from "../isa/notation.ts";
import type { Check, Row } from "../isa/types.ts";
import { type Language, say, table } from "./text.ts";

const CHECKS: Readonly<Record<Check["rule"], string>> = {
  cpl0: "CPL 0, else #GP(0)",
  iopl: "CPL <= IOPL, else #GP(0)",
  "v86-iopl": "IOPL 3 in virtual-8086 mode, else #GP(0)",
  tsd: "CPL 0 if CR4.TSD is set, else #GP(0)",
  umip: "CPL 0 if CR4.UMIP is set, else #GP(0)",
  pce: "CPL 0 unless CR4.PCE is set, else #GP(0)",
  "protected-mode": "protected mode, else #UD",
  "valid-register": "an operand that exists, else #UD",
  "vmx-enabled": "CR4.VMXE, else #UD",
  "vmx-operation": "VMX operation, else #UD",
  "vm-functions": "non-root operation, VM functions enabled and EAX below 64, else #UD",
  "vm-exit": "no VM exit in non-root operation, which comes before what follows",
  "vmxon-allowed": "CR0, CR4 and IA32_FEATURE_CONTROL as VMX operation wants them, else #GP(0)",
  "io-permission": "CPL <= IOPL or the I/O bitmap, else #GP(0)",
  "gate-dpl": "CPL <= DPL of the gate, else #GP",
};

/** A check as a word or two, for the table. */
const SHORT: Readonly<Record<Check["rule"], string>> = {
  cpl0: "CPL 0",
  iopl: "IOPL",
  "v86-iopl": "",
  tsd: "CR4.TSD",
  umip: "CR4.UMIP",
  pce: "CR4.PCE",
  "protected-mode": "",
  "valid-register": "",
  "vmx-enabled": "CR4.VMXE",
  "vmx-operation": "VMX",
  "vm-functions": "VM functions",
  "vm-exit": "",
  "vmxon-allowed": "",
  "io-permission": "I/O bitmap",
  "gate-dpl": "gate DPL",
};

function vmxText(row: Row): string {
  if (row.vmx === null) return "-";
  return row.vmx.control === "always"
    ? `exit ${row.vmx.exitReason}`
    : `exit ${row.vmx.exitReason} if ${row.vmx.control}`;
}

/** A table of rows, one a line. */
export function isaTable(rows: readonly Row[]): string {
  const head = ["instruction", "encoding", "size", "class", "privilege", "silent", "VT-x"];
  const lines = rows.map((row) => [
    `${row.mnemonic} ${operandsText(row)}`.trimEnd(),
    encodingText(row),
    row.size === 0 ? "-" : String(row.size),
    row.sensitivity,
    row.checks
      .map(({ rule }) => SHORT[rule])
      .filter((text) => text !== "")
      .join(", ") || "-",
    row.silent === null ? "-" : row.silent.when === "cpl>0" ? "CPL > 0" : "CPL > IOPL",
    vmxText(row),
  ]);
  return table([head, ...lines]);
}

/** All that the table says of one mnemonic: its forms, and what they have in common in words. */
export function isaDetails(mnemonic: string, rows: readonly Row[], language: Language): string {
  const first = rows[0]!;
  const aliases = first.aliases.filter((name) => name !== mnemonic);
  const words = [...new Set(rows.map((row) => say(row.words, language)))];
  const facts: string[][] = [];
  const all = (read: (row: Row) => string) => [...new Set(rows.map(read))].filter((text) => text !== "");
  facts.push(["class", all((row) => row.sensitivity).join(", ")]);
  const checks = [...new Set(rows.flatMap((row) => row.checks.map(({ rule }) => CHECKS[rule])))];
  facts.push(["needs", checks.join("; ") || "nothing: it may run at any CPL"]);
  for (const row of rows.filter(
    (candidate, i) => candidate.silent && rows.findIndex((r) => r.silent?.whatIf === candidate.silent!.whatIf) === i,
  )) {
    const { when, whatIf, words: silence, robinIrvine } = row.silent!;
    facts.push(["silent", `at ${when === "cpl>0" ? "CPL > 0" : "CPL > IOPL"}: ${say(silence, language)}`]);
    facts.push(["what if", `--what-if ${whatIf}${robinIrvine ? "; on the list of Robin and Irvine" : ""}`]);
  }
  facts.push(["VT-x", all(vmxText).join(", ").replace(/^-$/, "no exit of its own")]);
  facts.push(["flags", flagsText(first)]);
  facts.push(["cycles", all((row) => String(row.cycles)).join(", ")]);
  facts.push(["manual", all((row) => row.manual).join(", ")]);
  const heading = `${mnemonic.toUpperCase()}${aliases.length === 0 ? "" : ` (also ${aliases.join(", ").toUpperCase()})`}`;
  const heard = first.mnemonic === mnemonic ? "" : `, another name of ${first.mnemonic.toUpperCase()}`;
  return `${heading}${heard}\n${words.map((text) => `  ${text}\n`).join("")}\n${table(facts)}\n${isaTable(rows)}`;
}

function flagsText(row: Row): string {
  const { written, undefined: undef, read } = row.flags;
  const parts = [
    written === "" ? "" : `writes ${written.toUpperCase()}`,
    undef === "" ? "" : `leaves ${undef.toUpperCase()} undefined`,
    read === "" ? "" : `reads ${read.toUpperCase()}`,
  ].filter((text) => text !== "");
  return parts.join(", ") || "none";
}
