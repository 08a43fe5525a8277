import { type TextScreen, textScreen } from "../../devices/vga-screen.ts";
import { TEXT_MEMORY, TEXT_MEMORY_SIZE } from "../../devices/vga-text.ts";
import type { Inspected } from "./index.ts";

// biome-ignore lint/complexity/noBannedTypes: nothing more is to be said
export type ScreenAsk = {};
/** The guest's screen; null where its memory does not reach to text memory. */
export type ScreenAnswer = TextScreen | null;

/** What the guest's VGA shows at the present moment. */
export function inspectScreen({ run }: Inspected): ScreenAnswer {
  const { memory, platform } = run.computer.guest;
  if (memory.size < TEXT_MEMORY + TEXT_MEMORY_SIZE) return null;
  return textScreen(memory.bytes.subarray(TEXT_MEMORY, TEXT_MEMORY + TEXT_MEMORY_SIZE), platform.vga.save());
}
