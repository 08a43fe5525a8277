import type { FieldName } from "../../isa/vmcs.ts";
import { CR0_NE, CR0_PE, CR0_PG, CR4_DEFINED, CR4_VMXE } from "../registers.ts";
import type { EntryCheck, Fields } from "./entry-checks.ts";

const RPL_AND_TI = 7;
const SELECTORS = ["Es", "Cs", "Ss", "Ds", "Fs", "Gs", "Tr"].map((segment) => `host${segment}Selector` as FieldName);

function check(
  id: string,
  fields: readonly FieldName[],
  en: string,
  zh: string,
  holds: (vmcs: Fields) => boolean,
): EntryCheck {
  return { id, stage: "host", fields, words: { en, zh }, holds };
}

/** Checks of the host-state area, in the manual's order (SDM Vol. 3C, 27.2.2 and 27.2.3). */
export const HOST_CHECKS: readonly EntryCheck[] = [
  check("host-cr0", ["hostCr0"], "Host CR0: PE, NE and PG are 1", "宿主机 CR0：PE、NE、PG 为 1", (v) => {
    const must = CR0_PE | CR0_NE | CR0_PG;
    return (v.get("hostCr0") & must) === must;
  }),
  check(
    "host-cr4",
    ["hostCr4"],
    "Host CR4: VMXE is 1, and bits that the processor does not have are 0",
    "宿主机 CR4：VMXE 为 1，处理器没有的位为 0",
    (v) => (v.get("hostCr4") & CR4_VMXE) !== 0 && (v.get("hostCr4") & ~(CR4_DEFINED | CR4_VMXE)) === 0,
  ),
  check("host-selectors", SELECTORS, "Host selectors: RPL and TI are 0", "宿主机选择子：RPL 和 TI 为 0", (v) =>
    SELECTORS.every((field) => (v.get(field) & RPL_AND_TI) === 0),
  ),
  check(
    "host-cs",
    ["hostCsSelector"],
    "Host CS: not null",
    "宿主机 CS：非空",
    (v) => (v.get("hostCsSelector") & 0xffff) !== 0,
  ),
  check(
    "host-tr",
    ["hostTrSelector"],
    "Host TR: not null",
    "宿主机 TR：非空",
    (v) => (v.get("hostTrSelector") & 0xffff) !== 0,
  ),
  check(
    "host-ss",
    ["hostSsSelector"],
    "Host SS: not null, for the host is of 32 bits",
    "宿主机 SS：非空（宿主机为 32 位）",
    (v) => (v.get("hostSsSelector") & 0xffff) !== 0,
  ),
];
