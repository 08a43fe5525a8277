import { VMCS_FIELD_LIST, VMCS_GROUPS } from "../../isa/vmcs.ts";
import { about, flag, integer, list, oneOf, orNull, record, ref, type Schema, text, word } from "./shapes.ts";

const words = ref("Words");
const known = record({
  pointer: word,
  current: flag,
  launched: flag,
  abort: integer,
  abortWords: orNull(words),
});
const field = {
  name: oneOf(VMCS_FIELD_LIST.map(({ name }) => name)),
  encoding: integer,
  width: { enum: [16, 32, 64, "natural"] },
  access: oneOf(["control", "read-only", "guest", "host"]),
  title: words,
  words: orNull(words),
  value: about("The low 32 bits.", word),
  high: about("The high 32 bits of a 64-bit field.", orNull(word)),
  raw: about("Hex digits as wide as the field.", text),
  decoded: orNull(words),
  parts: about(
    "Bit by bit: `bits` is the highest and lowest, `must` what a control has to be here.",
    list(
      record({
        bits: orNull(list(integer)),
        name: words,
        value: words,
        words: orNull(words),
        set: orNull(flag),
        must: { enum: [0, 1, null] },
        wrong: flag,
      }),
    ),
  ),
  idle: about("It does not count now: another control switches it off, or the last exit did not give it.", flag),
};

/** The shapes of what `vmcs --json` prints. */
export const VMCS_TYPES: Readonly<Record<string, Schema>> = {
  VmcsField: record(field),
  Vmcs: about(
    "The state of VT-x and a VMCS by groups.",
    record({
      available: flag,
      operation: oneOf(["off", "root", "non-root"]),
      featureControl: record({ locked: flag, enabled: flag }),
      cr4Vmxe: flag,
      vmxonLacks: about("What the processor's state lacks for VMXON.", list(oneOf(["cr0", "feature", "cr4"]))),
      cr0Lacks: about("The bits of CR0 that it lacks.", list(text)),
      vmxon: orNull(word),
      current: orNull(word),
      known: list(known),
      shown: orNull(known),
      neverCleared: about("It is used as a VMCS, or was, without a VMCLEAR before.", flag),
      groups: list(
        record({
          id: oneOf(Object.keys(VMCS_GROUPS)),
          title: words,
          rows: list(
            record({
              ...field,
              before: about(
                "What it was just after the VM exit at sinceStep, or just before the first one, where it has changed.",
                orNull(text),
              ),
              by: orNull(oneOf(["exit", "vmm"])),
            }),
          ),
        }),
      ),
      exitStep: orNull(integer),
      sinceStep: about("The VM exit before that one.", orNull(integer)),
    }),
  ),
  VmExit: about(
    "A VM exit taken apart.",
    record({
      index: integer,
      step: integer,
      tick: integer,
      number: integer,
      reason: integer,
      name: text,
      title: words,
      failed: flag,
      sentence: words,
      cpl: integer,
      cs: integer,
      rip: word,
      instruction: orNull(record({ text, bytes: text })),
      source: orNull(ref("SourcePlace")),
      host: about(
        "Where the host goes on: HOST_RIP, and whether no code is there.",
        orNull(record({ rip: word, symbol: orNull(text), source: orNull(ref("SourcePlace")), nothing: flag })),
      ),
      fields: list(ref("VmcsField")),
      access: about("Of an EPT violation.", { enum: ["read", "write", "execute", null] }),
      entry: orNull(record({ step: integer, ticks: integer, cycles: integer })),
    }),
  ),
  VmcsResult: about(
    "ringside vmcs FILE --json",
    record({
      step: integer,
      tick: integer,
      vmcs: ref("Vmcs"),
      exit: about("The last VM exit up to there.", orNull(ref("VmExit"))),
      failure: about(
        "The last instruction of VT-x or VM entry that failed; of those without a current VMCS, the first, from which `more` followed up to `lastStep`.",
        orNull(
          record({
            index: integer,
            step: integer,
            title: words,
            sentence: words,
            check: orNull(text),
            entry: about("It was VMLAUNCH or VMRESUME.", flag),
            more: integer,
            lastStep: integer,
            entered: flag,
            source: orNull(ref("SourcePlace")),
          }),
        ),
      ),
      checks: about(
        "The checks of a VM entry that would fail now.",
        list(
          record({
            group: oneOf(["basic", "control", "host", "guest", "msr"]),
            id: text,
            first: flag,
            words,
            why: orNull(words),
          }),
        ),
      ),
      exits: about(
        "VM exits up to there, by basic reason.",
        list(record({ reason: integer, name: text, count: integer })),
      ),
    }),
  ),
};
