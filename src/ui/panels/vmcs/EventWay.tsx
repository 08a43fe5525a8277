import { useTranslation } from "react-i18next";
import type { EventKind } from "../../../session/types.ts";
import { useEngine } from "../../engine/context.ts";
import { showVmx } from "../../engine/vmx.ts";
import "./words.ts";
import "./links.css";

/** The way from an event of VT-x to what the panel has of it: of a failed entry to the checks, of an exit to its fields. */
export default function EventWay({ kind, step }: { readonly kind: EventKind; readonly step: number }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const failed = kind === "vm-fail";
  return (
    <button type="button" className="vmx-way" onClick={() => showVmx(engine, failed ? "checks" : "exit", step)}>
      {t(failed ? "vmx.checks.show" : "vmx.details")}
    </button>
  );
}
