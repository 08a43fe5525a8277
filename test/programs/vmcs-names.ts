// npx tsx test/programs/vmcs-names.ts: writes programs/include/vmcs.inc anew, from the tables of src/isa.
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { VMCS_FIELD_LIST } from "../../src/isa/vmcs.ts";
import { CAPABILITY_MSRS, MSR_FEATURE_CONTROL } from "../../src/isa/vmx-capabilities.ts";
import { type ControlSetId, VMX_CONTROLS } from "../../src/isa/vmx-controls.ts";
import { EXIT_REASONS } from "../../src/isa/vmx-exits.ts";

const FILE = resolve(import.meta.dirname, "../../programs/include/vmcs.inc");
const NAME_WIDTH = 39;
const COMMENT_COLUMN = 60;

const AREAS = {
  guest: "Guest state: loaded by VM entry, saved by VM exit",
  host: "Host state: loaded by VM exit",
  control: "Controls",
  "read-only": "What a VM exit tells; read-only",
};
const SETS: Readonly<Record<ControlSetId, string>> = {
  pin: "PIN_BASED_CONTROLS",
  primary: "PRIMARY_CONTROLS",
  secondary: "SECONDARY_CONTROLS",
  exit: "EXIT_CONTROLS",
  entry: "ENTRY_CONTROLS",
};

const hex = (value: number, digits: number) => `0x${value.toString(16).toUpperCase().padStart(digits, "0")}`;
const capitals = (name: string) => name.replaceAll("-", "_").toUpperCase();

function line(name: string, value: string, comment = ""): string {
  const text = `${name.padEnd(NAME_WIDTH)} equ ${value}`;
  return comment === "" ? text : `${text.padEnd(COMMENT_COLUMN)} ; ${comment}`;
}

/** The text of programs/include/vmcs.inc. */
export function vmcsNames(): string {
  const lines = [
    "; vmcs.inc - names of VT-x: fields of the VMCS, controls, exit reasons, MSRs. No code.",
    "; Written by test/programs/vmcs-names.ts from the tables of src/isa; Intel SDM Vol. 3C, chapters 25 to 28, and Vol. 3D,",
    "; appendices A to C.",
    "",
    "; Fields, by the encoding that VMREAD and VMWRITE take. One of 64 bits has its upper half at encoding + 1.",
  ];
  let area = "";
  for (const field of VMCS_FIELD_LIST) {
    if (field.access !== area) lines.push("", `; ${AREAS[field.access]}`);
    area = field.access;
    const name = field.name.replace(/([A-Z])/g, "_$1").toUpperCase();
    const width = field.width === 64 || field.width === 16 ? `${field.width} bits` : "";
    lines.push(line(name, hex(field.encoding, 4), width));
  }
  let set = "";
  for (const control of Object.values(VMX_CONTROLS)) {
    if (!control.supported) continue;
    if (control.set !== set) lines.push("", `; Bits of ${SETS[control.set]}`);
    set = control.set;
    lines.push(line(capitals(control.id), `1 << ${control.bit}`));
  }
  lines.push("", "; Basic exit reasons: bits 15:0 of EXIT_REASON");
  for (const { number, name, words } of EXIT_REASONS) {
    if (words !== null) lines.push(line(`REASON_${capitals(name)}`, String(number)));
  }
  lines.push("", "; Model-specific registers");
  lines.push(line("IA32_FEATURE_CONTROL", hex(MSR_FEATURE_CONTROL, 2), "bit 0 lock, bit 2 VMXON allowed"));
  for (const { name, msr } of CAPABILITY_MSRS) lines.push(line(name, hex(msr, 3)));
  return `${lines.join("\n")}\n`;
}

if (import.meta.url === pathToFileURL(join(process.argv[1] ?? "")).href) writeFileSync(FILE, vmcsNames());
