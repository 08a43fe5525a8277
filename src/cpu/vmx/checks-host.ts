import { CR0_BITS, CR4_BITS } from "../../isa/control.ts";
import type { FieldName } from "../../isa/vmcs.ts";
import { CR0_NE, CR0_PE, CR0_PG, CR4_DEFINED, CR4_VMXE } from "../registers.ts";
import { fault, faults, part, wrongBits } from "./check-faults.ts";
import { checksOf, type EntryCheck } from "./entry-checks.ts";

const RPL = 3;
const TI = 4;
const CR0_MUST = CR0_PE | CR0_NE | CR0_PG;
const CR4_RESERVED = ~(CR4_DEFINED | CR4_VMXE);
const SELECTORS = ["Es", "Cs", "Ss", "Ds", "Fs", "Gs", "Tr"].map((segment) => `host${segment}Selector` as FieldName);

const check = checksOf("host");

const isOfRing0 = (selector: number) => (selector & (RPL | TI)) === 0;

/** Checks of the host-state area, in the manual's order (SDM Vol. 3C, 27.2.2 and 27.2.3). */
export const HOST_CHECKS: readonly EntryCheck[] = [
  check(
    "host-cr0",
    ["hostCr0"],
    "Host CR0: PE, NE and PG are 1",
    "宿主机 CR0：PE、NE、PG 为 1",
    (v) => (v.get("hostCr0") & CR0_MUST) === CR0_MUST,
    (v) => wrongBits("hostCr0", v.get("hostCr0"), CR0_MUST, 0, CR0_BITS),
  ),
  check(
    "host-cr4",
    ["hostCr4"],
    "Host CR4: VMXE is 1, and bits that the processor does not have are 0",
    "宿主机 CR4：VMXE 为 1，处理器没有的位为 0",
    (v) => (v.get("hostCr4") & CR4_VMXE) !== 0 && (v.get("hostCr4") & CR4_RESERVED) === 0,
    (v) => wrongBits("hostCr4", v.get("hostCr4"), CR4_VMXE, CR4_RESERVED, CR4_BITS),
  ),
  check(
    "host-selectors",
    SELECTORS,
    "Host selectors: RPL and TI are 0",
    "宿主机选择子：RPL 和 TI 为 0",
    (v) => SELECTORS.every((field) => isOfRing0(v.get(field))),
    (v) =>
      SELECTORS.flatMap((field) => {
        const value = v.get(field);
        return faults(
          [(value & RPL) !== 0, part(field, "RPL", value & RPL)],
          [(value & TI) !== 0, fault(field, "TI is 1: of the LDT", "TI 为 1：取自 LDT")],
        );
      }),
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
