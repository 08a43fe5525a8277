import type { VmxIntercept, Words } from "./types.ts";
import { type ControlId, DECIDERS, VMX_CONTROLS } from "./vmx-controls.ts";
import { exitReason } from "./vmx-exits.ts";

/** Whether and why an instruction makes the guest exit, in a sentence (SDM Vol. 3C, 26.1.2 and 26.1.3). */
export function interceptWords({ exitReason: number, control }: VmxIntercept): Words {
  const title = exitReason(number)?.title ?? { en: "", zh: "" };
  const { en, zh } = deciderWords(control);
  if (control === "always") {
    return {
      en: `In VMX non-root operation it always exits, with reason ${number} (${title.en}).`,
      zh: `在 VMX 非根模式下总是退出，原因 ${number}（${title.zh}）。`,
    };
  }
  return {
    en: `In VMX non-root operation it may exit with reason ${number} (${title.en}). ${en}`,
    zh: `在 VMX 非根模式下可能以原因 ${number}（${title.zh}）退出。${zh}`,
  };
}

function deciderWords(control: string): Words {
  if (control in DECIDERS) return DECIDERS[control as keyof typeof DECIDERS];
  const { en, zh } = VMX_CONTROLS[control as ControlId].title;
  return { en: `It exits if the control “${en}” is 1.`, zh: `控制位“${zh}”为 1 时退出。` };
}
