import type { Words } from "../../../isa/types.ts";
import type { VmxFailureView } from "../../../session/inspect/vmx-failure.ts";
import { useInspection } from "../../engine/inspect.ts";
import { hasVmxFailure } from "../../store/state.ts";
import { useUi } from "../../store/store.ts";

export interface VmxFailure extends VmxFailureView {
  /** The field with its value and what is wrong with it, where it was a check; else the whole sentence. */
  readonly brief: Words;
  /** What ought to hold, where it was a check. */
  readonly rule: Words | null;
}

/**
 * The instruction of VT-x or the VM entry that has failed, for as long as that is news: at its own step, and then until it
 * has been mended. Null where there is none.
 */
export function useVmxFailure(): VmxFailure | null {
  const some = useUi(hasVmxFailure);
  const step = useUi((state) => state.run.view?.step);
  const inGuest = useUi(
    ({ run: { view } }) => view?.occupants.find(({ who }) => who === view.current)?.world === "non-root",
  );
  const { answer } = useInspection(some ? { kind: "vmx-checks", pointer: null } : null);
  const failure = answer?.failure ?? null;
  if (failure === null || failure.lastStep > (step ?? 0)) return null;
  const checks = answer!.groups.flatMap((group) => group.checks);
  const check = checks.find(({ id }) => id === failure.check);
  // What a check has refused is old when the check holds; anything else, when there has been an entry after all.
  const open = check === undefined ? !failure.entered : !check.holds && !inGuest;
  if (failure.lastStep !== step && !open) return null;
  // Where the VMCS has changed since, the sentence alone has what was there.
  if (!check?.why) return { ...failure, brief: failure.sentence, rule: null };
  return { ...failure, brief: check.why, rule: check.words };
}
