import type { FieldName } from "../../isa/vmcs.ts";
import { CR0_PE } from "../registers.ts";
import { type Fault, fault, faults, part, wrongBits, wrongType } from "./check-faults.ts";
import type { EntryCheck, Fields } from "./entry-checks.ts";
import { guestCheck as check, dpl, isV86 } from "./guest-check.ts";
import { isUnrestricted } from "./modes.ts";

/** Access rights: type, S, DPL, P, D/B, G, unusable. */
const TYPE = 15;
const S = 1 << 4;
const P = 1 << 7;
const G = 1 << 15;
const UNUSABLE = 1 << 16;
const RESERVED_RIGHTS = 0xfffe0f00 | 0;
const TI = 4;
const RPL = 3;
const SEGMENTS = ["Es", "Cs", "Ss", "Ds", "Fs", "Gs"] as const;
const REAL_LIMIT = 0xffff;
const REAL_RIGHTS = 0xf3;
const LOW_12 = 0xfff;
const HIGH_12 = 0xfff00000 | 0;
const NAMED = [
  { name: "S", mask: S },
  { name: "P", mask: P },
];

const usable = (rights: number) => (rights & UNUSABLE) === 0;
const name = (segment: string, part: string) => `guest${segment}${part}` as FieldName;
const selector = (v: Fields, segment: string) => v.get(name(segment, "Selector"));
const rights = (v: Fields, segment: string) => v.get(name(segment, "AccessRights"));
const limit = (v: Fields, segment: string) => v.get(name(segment, "Limit")) >>> 0;

/** Of a limit, whether it forbids pages (its low 12 bits are not all ones), and whether it demands them (bits 31:20). */
const forbidsPages = (limitValue: number) => (limitValue & LOW_12) !== LOW_12;
const demandsPages = (limitValue: number) => (limitValue & HIGH_12) !== 0;

/** G agrees with the limit. */
function granular(rightsWord: number, limitValue: number): boolean {
  const pages = (rightsWord & G) !== 0;
  if (forbidsPages(limitValue) && pages) return false;
  return !demandsPages(limitValue) || pages;
}

function wrongGranularity(v: Fields, segment: string): Fault[] {
  const [word, size] = [rights(v, segment), limit(v, segment)];
  if (granular(word, size)) return [];
  const pages = (word & G) !== 0;
  return [
    pages
      ? fault(name(segment, "Limit"), "bits 11:0 are not all 1", "11:0 位不全为 1")
      : fault(name(segment, "Limit"), "bits 31:20 are not 0", "31:20 位不为 0"),
    part(name(segment, "AccessRights"), "G", pages ? 1 : 0),
  ];
}

/** S, P and the reserved bits of access rights that are not what they must be. */
const wrongRights = (v: Fields, segment: string, ones: number, zeros = 0): Fault[] =>
  wrongBits(name(segment, "AccessRights"), rights(v, segment), ones, zeros | (RESERVED_RIGHTS & ~UNUSABLE), NAMED);

const ofLdt = (field: FieldName): Fault => fault(field, "TI is 1: of the LDT", "TI 为 1：取自 LDT");
const rplOf = (v: Fields, segment: string): Fault => part(name(segment, "Selector"), "RPL", selector(v, segment) & RPL);
const dplOf = (v: Fields, segment: string): Fault =>
  part(name(segment, "AccessRights"), "DPL", dpl(rights(v, segment)));
const typeOf = (v: Fields, segment: string): Fault => wrongType(name(segment, "AccessRights"), rights(v, segment));

const BUSY_TSS = [3, 11];
const LDT = [2];

const isPlain = (word: number) => (word & (S | P)) === P && (word & RESERVED_RIGHTS & ~UNUSABLE) === 0;

function isSystem(v: Fields, segment: string, types: readonly number[]): boolean {
  const word = rights(v, segment);
  return isPlain(word) && types.includes(word & TYPE) && granular(word, limit(v, segment));
}

function wrongSystem(v: Fields, segment: string, types: readonly number[]): Fault[] {
  return [
    ...(types.includes(rights(v, segment) & TYPE) ? [] : [typeOf(v, segment)]),
    ...wrongRights(v, segment, P, S),
    ...wrongGranularity(v, segment),
  ];
}

/** Checks of the guest's segment and table registers, in the manual's order (SDM Vol. 3C, 27.3.1.2 and 27.3.1.3). */
export const SEGMENT_CHECKS: readonly EntryCheck[] = [
  check(
    "guest-tr-ti",
    ["guestTrSelector"],
    "TR: the selector is of the GDT (TI is 0)",
    "TR：选择子取自 GDT（TI 为 0）",
    (v) => (selector(v, "Tr") & TI) === 0,
    () => [ofLdt("guestTrSelector")],
  ),
  check(
    "guest-ldtr-ti",
    ["guestLdtrSelector", "guestLdtrAccessRights"],
    "LDTR, if usable: the selector is of the GDT (TI is 0)",
    "LDTR 若可用：选择子取自 GDT（TI 为 0）",
    (v) => !usable(rights(v, "Ldtr")) || (selector(v, "Ldtr") & TI) === 0,
    () => [ofLdt("guestLdtrSelector")],
  ),
  check(
    "guest-ss-rpl",
    ["guestSsSelector", "guestCsSelector"],
    "SS and CS have the same RPL (unless virtual-8086 or unrestricted)",
    "SS 与 CS 的 RPL 相同（虚拟 8086 模式或不受限客户机除外）",
    (v) => isV86(v) || isUnrestricted(v) || ((selector(v, "Ss") ^ selector(v, "Cs")) & RPL) === 0,
    (v) => [rplOf(v, "Ss"), rplOf(v, "Cs")],
  ),
  ...SEGMENTS.map((segment) =>
    check(
      `guest-${segment.toLowerCase()}-v86`,
      [name(segment, "Base"), name(segment, "Limit"), name(segment, "AccessRights"), "guestRflags"],
      `${segment.toUpperCase()} in virtual-8086 mode: base is the selector times 16, limit FFFF, rights F3`,
      `虚拟 8086 模式下的 ${segment.toUpperCase()}：基址为选择子乘 16，界限 FFFF，访问权限 F3`,
      (v) =>
        !isV86(v) ||
        (v.get(name(segment, "Base")) === selector(v, segment) << 4 &&
          limit(v, segment) === REAL_LIMIT &&
          rights(v, segment) === REAL_RIGHTS),
      (v) => {
        const others = faults(
          [limit(v, segment) !== REAL_LIMIT, fault(name(segment, "Limit"), "not FFFF", "不是 FFFF")],
          [rights(v, segment) !== REAL_RIGHTS, fault(name(segment, "AccessRights"), "not F3", "不是 F3")],
        );
        const base = fault(name(segment, "Base"), "not the selector times 16", "不是选择子乘 16");
        return others.length > 0 ? others : [base];
      },
    ),
  ),
  check(
    "guest-cs-type",
    ["guestCsAccessRights", "secondaryControls"],
    "CS: accessed code (type 9, 11, 13, 15), or accessed writable data (3) if unrestricted",
    "CS：已访问的代码段（类型 9、11、13、15）；不受限客户机也可为已访问的可写数据段（3）",
    (v) => {
      const type = rights(v, "Cs") & TYPE;
      return isV86(v) || [9, 11, 13, 15].includes(type) || (type === 3 && isUnrestricted(v));
    },
    (v) => [typeOf(v, "Cs")],
  ),
  check(
    "guest-ss-type",
    ["guestSsAccessRights"],
    "SS, if usable: accessed writable data (type 3 or 7)",
    "SS 若可用：已访问的可写数据段（类型 3 或 7）",
    (v) => isV86(v) || !usable(rights(v, "Ss")) || [3, 7].includes(rights(v, "Ss") & TYPE),
    (v) => [typeOf(v, "Ss")],
  ),
  ...(["Ds", "Es", "Fs", "Gs"] as const).map((segment) =>
    check(
      `guest-${segment.toLowerCase()}-type`,
      [name(segment, "AccessRights")],
      `${segment.toUpperCase()}, if usable: accessed, and readable if it is code`,
      `${segment.toUpperCase()} 若可用：已访问；若为代码段则可读`,
      (v) => {
        const word = rights(v, segment);
        return isV86(v) || !usable(word) || ((word & 1) !== 0 && ((word & 8) === 0 || (word & 2) !== 0));
      },
      (v) => [typeOf(v, segment)],
    ),
  ),
  ...SEGMENTS.flatMap((segment) => [
    check(
      `guest-${segment.toLowerCase()}-present`,
      [name(segment, "AccessRights")],
      `${segment.toUpperCase()}, if usable: S and P are 1, reserved bits 0`,
      `${segment.toUpperCase()} 若可用：S 和 P 为 1，保留位为 0`,
      (v) => {
        const word = rights(v, segment);
        const matters = !isV86(v) && (segment === "Cs" || usable(word));
        return !matters || ((word & (S | P)) === (S | P) && (word & RESERVED_RIGHTS & ~UNUSABLE) === 0);
      },
      (v) => wrongRights(v, segment, S | P),
    ),
    check(
      `guest-${segment.toLowerCase()}-granularity`,
      [name(segment, "Limit"), name(segment, "AccessRights")],
      `${segment.toUpperCase()}, if usable: G agrees with the limit (low 12 bits not all 1: G is 0; one of the high 12 is 1: G is 1)`,
      `${segment.toUpperCase()} 若可用：G 与界限相符（低 12 位不全为 1 则 G 为 0；高 12 位有 1 则 G 为 1）`,
      (v) => {
        const word = rights(v, segment);
        return isV86(v) || (segment !== "Cs" && !usable(word)) || granular(word, limit(v, segment));
      },
      (v) => wrongGranularity(v, segment),
    ),
  ]),
  check(
    "guest-cs-dpl",
    ["guestCsAccessRights", "guestSsAccessRights"],
    "CS: DPL equals SS.DPL (conforming: not above it; data: 0)",
    "CS：DPL 等于 SS.DPL（一致代码段：不大于；数据段：0）",
    (v) => {
      if (isV86(v)) return true;
      const word = rights(v, "Cs");
      const type = word & TYPE;
      if (type === 3) return dpl(word) === 0;
      return type >= 12 ? dpl(word) <= dpl(rights(v, "Ss")) : dpl(word) === dpl(rights(v, "Ss"));
    },
    (v) => [typeOf(v, "Cs"), dplOf(v, "Cs"), dplOf(v, "Ss")],
  ),
  check(
    "guest-ss-dpl",
    ["guestSsAccessRights", "guestSsSelector", "guestCr0", "guestCsAccessRights"],
    "SS: DPL equals its RPL (unless unrestricted), and is 0 in real mode or where CS is data",
    "SS：DPL 等于其 RPL（不受限客户机除外）；实模式下或 CS 为数据段时为 0",
    (v) => {
      if (isV86(v)) return true;
      const level = dpl(rights(v, "Ss"));
      const mustBe0 = (rights(v, "Cs") & TYPE) === 3 || (v.get("guestCr0") & CR0_PE) === 0;
      return (isUnrestricted(v) || level === (selector(v, "Ss") & RPL)) && (!mustBe0 || level === 0);
    },
    (v) => [
      dplOf(v, "Ss"),
      rplOf(v, "Ss"),
      ...faults(
        [(v.get("guestCr0") & CR0_PE) === 0, part("guestCr0", "PE", 0)],
        [(rights(v, "Cs") & TYPE) === 3, typeOf(v, "Cs")],
      ),
    ],
  ),
  ...(["Ds", "Es", "Fs", "Gs"] as const).map((segment) =>
    check(
      `guest-${segment.toLowerCase()}-dpl`,
      [name(segment, "AccessRights"), name(segment, "Selector")],
      `${segment.toUpperCase()}, if usable and not conforming code: DPL is not below the RPL (unless unrestricted)`,
      `${segment.toUpperCase()} 若可用且非一致代码段：DPL 不小于 RPL（不受限客户机除外）`,
      (v) => {
        const word = rights(v, segment);
        const exempt = isV86(v) || isUnrestricted(v) || !usable(word) || (word & TYPE) >= 12;
        return exempt || dpl(word) >= (selector(v, segment) & RPL);
      },
      (v) => [dplOf(v, segment), rplOf(v, segment)],
    ),
  ),
  check(
    "guest-tr",
    ["guestTrAccessRights", "guestTrLimit"],
    "TR: usable, a busy 32-bit TSS (11) or 16-bit one (3), S 0, P 1, reserved bits 0, G agrees with the limit",
    "TR：可用，忙的 32 位 TSS（11）或 16 位 TSS（3），S 为 0，P 为 1，保留位为 0，G 与界限相符",
    (v) => isSystem(v, "Tr", BUSY_TSS) && usable(rights(v, "Tr")),
    (v) => [
      ...(usable(rights(v, "Tr"))
        ? []
        : [fault("guestTrAccessRights", "bit 16 is 1: unusable", "第 16 位为 1：不可用")]),
      ...wrongSystem(v, "Tr", BUSY_TSS),
    ],
  ),
  check(
    "guest-ldtr",
    ["guestLdtrAccessRights", "guestLdtrLimit"],
    "LDTR, if usable: type 2, S 0, P 1, reserved bits 0, G agrees with the limit",
    "LDTR 若可用：类型 2，S 为 0，P 为 1，保留位为 0，G 与界限相符",
    (v) => !usable(rights(v, "Ldtr")) || isSystem(v, "Ldtr", LDT),
    (v) => wrongSystem(v, "Ldtr", LDT),
  ),
  check(
    "guest-table-limits",
    ["guestGdtrLimit", "guestIdtrLimit"],
    "GDTR and IDTR: bits 31:16 of the limits are 0",
    "GDTR 和 IDTR：界限的 31:16 位为 0",
    (v) => limit(v, "Gdtr") <= REAL_LIMIT && limit(v, "Idtr") <= REAL_LIMIT,
    (v) =>
      (["Gdtr", "Idtr"] as const).flatMap((table) => wrongBits(name(table, "Limit"), limit(v, table), 0, ~REAL_LIMIT)),
  ),
];
