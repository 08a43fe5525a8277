import { EPT_READ, EPT_WRITE, isLeaf } from "../cpu/vmx/ept.ts";
import type { Words } from "../isa/types.ts";
import { MEMORY_TYPE_NAMES } from "../isa/vmx-capabilities.ts";

const MEMORY_SHIFT = 3;
const MEMORY = 7;
const HIGH_RESERVED = 0xfffff;
const LARGE_RESERVED = 0x1ff000;
const TABLE_RESERVED = 0xf8;
const LARGE_LEVEL = 2;

const words = (en: string, zh: string): Words => ({ en, zh });

/** The memory type of an entry that maps a page: `WB`, or `2` where the number is reserved. */
export function memoryTypeOf(low: number): string {
  const type = (low >>> MEMORY_SHIFT) & MEMORY;
  return MEMORY_TYPE_NAMES[type] ?? String(type);
}

/** The bits of `mask` that are 1 in `value`, by number from `first` on: `bits 3 and 5`. */
function bitsOf(value: number, mask: number, first = 0): Words {
  const set = Array.from({ length: 32 }, (_, bit) => bit).filter((bit) => (((value & mask) >>> bit) & 1) !== 0);
  const numbers = set.map((bit) => bit + first);
  return numbers.length === 1
    ? words(`bit ${numbers[0]} is 1 and reserved`, `第 ${numbers[0]} 位为 1，而它是保留位`)
    : words(`bits ${numbers.join(", ")} are 1 and reserved`, `第 ${numbers.join("、")} 位为 1，而它们是保留位`);
}

/**
 * What makes a present entry of EPT (`low`, `high`: its halves) a misconfiguration (SDM Vol. 3C, 29.3.3.1), by the bits at
 * fault; empty if nothing does. `level`: 1 for the table of 4 KiB pages, 4 for the first.
 */
export function misconfigurations(low: number, high: number, level: number): readonly Words[] {
  const found: Words[] = [];
  if ((low & EPT_READ) === 0) {
    found.push(
      (low & EPT_WRITE) !== 0
        ? words("bit 1 allows writes, but bit 0 no reads", "第 1 位允许写，而第 0 位不允许读")
        : words(
            "bit 2 allows fetches, but bit 0 no reads, and this processor has no execute-only pages",
            "第 2 位允许取指，而第 0 位不允许读，且本处理器不支持只可执行的页",
          ),
    );
  }
  if ((high & HIGH_RESERVED) !== 0) found.push(bitsOf(high, HIGH_RESERVED, 32));
  if (!isLeaf(low, level)) {
    if ((low & TABLE_RESERVED) !== 0) found.push(bitsOf(low, TABLE_RESERVED));
    return found;
  }
  if (level === LARGE_LEVEL && (low & LARGE_RESERVED) !== 0) found.push(bitsOf(low, LARGE_RESERVED));
  const type = (low >>> MEMORY_SHIFT) & MEMORY;
  if (!(type in MEMORY_TYPE_NAMES)) {
    found.push(
      words(`bits 5:3 give the memory type ${type}, which is reserved`, `第 5:3 位给出的内存类型 ${type} 是保留值`),
    );
  }
  return found;
}

/** The same in one phrase. */
export function misconfigurationWords(low: number, high: number, level: number): Words {
  const found = misconfigurations(low, high, level);
  return words(found.map(({ en }) => en).join("; "), found.map(({ zh }) => zh).join("；"));
}
