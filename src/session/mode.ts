import { isReal } from "../cpu/real-mode.ts";
import { ATTR_DB, type CpuState, CS, VMX_NON_ROOT, VMX_OFF } from "../cpu/state.ts";
import { isVirtual8086 } from "../cpu/virtual-8086.ts";
import type { Words } from "../isa/types.ts";

/** In which mode a processor is, of which size its code is, and in which world of VT-x. */
export interface ProcessorMode {
  readonly kind: "real" | "virtual-8086" | "protected";
  /** The default size of operands and addresses, by the hidden part of CS. */
  readonly bits: 16 | 32;
  /** Null outside VMX operation. */
  readonly world: "root" | "non-root" | null;
}

/** The mode of a state (SDM Vol. 3A, 2.2). */
export function modeOf(state: CpuState): ProcessorMode {
  return {
    kind: isReal(state) ? "real" : isVirtual8086(state) ? "virtual-8086" : "protected",
    bits: (state.attr[CS]! & ATTR_DB) !== 0 ? 32 : 16,
    world: state.vmxMode === VMX_OFF ? null : state.vmxMode === VMX_NON_ROOT ? "non-root" : "root",
  };
}

const KINDS: Readonly<Record<ProcessorMode["kind"], Words>> = {
  real: { en: "real mode", zh: "实模式" },
  "virtual-8086": { en: "virtual-8086 mode", zh: "虚拟 8086 模式" },
  protected: { en: "protected mode", zh: "保护模式" },
};
const WORLDS: Readonly<Record<NonNullable<ProcessorMode["world"]>, Words>> = {
  root: { en: "root", zh: "根模式" },
  "non-root": { en: "non-root", zh: "非根模式" },
};

/** `real mode, 16-bit, non-root`. */
export function modeWords({ kind, bits, world }: ProcessorMode): Words {
  const { en, zh } = KINDS[kind];
  return {
    en: `${en}, ${bits}-bit${world === null ? "" : `, ${WORLDS[world].en}`}`,
    zh: `${zh}，${bits} 位${world === null ? "" : `，${WORLDS[world].zh}`}`,
  };
}
