import { useTranslation } from "react-i18next";
import type { KnownVmcs, VmcsAnswer } from "../../../session/inspect/vmx-vmcs.ts";
import { ActionButton } from "../../components/ActionButton.tsx";
import { useEngine } from "../../engine/context.ts";
import { showMemory } from "../../engine/memory.ts";
import { hex } from "../../format.ts";
import { useWords } from "../../i18n/index.ts";
import { change } from "../../store/store.ts";

/** A shape for each mode of the processor, so that it can be told from afar. */
const SIGNS = { off: "○", root: "■", "non-root": "◆" } as const;

/** How the processor stands with VT-x, and which VMCS is shown. */
export function Status({ answer }: { readonly answer: VmcsAnswer }) {
  const { t } = useTranslation();
  const words = useWords();
  const { operation, shown } = answer;
  return (
    <div className="vmx-status">
      <p className={`vmx-mode ${operation}`} data-operation={operation}>
        <span className="visually-hidden">
          {t("vmx.now")}
          {t("vmx.colon")}
        </span>
        <span aria-hidden="true">{SIGNS[operation]} </span>
        {t(`vmx.operation.${operation}`)}
      </p>
      {shown === null ? (
        operation !== "off" && <p>{t("vmx.noCurrent")}</p>
      ) : (
        <Shown known={answer.known} shown={shown} />
      )}
      <span className="vmx-tools">
        <ActionButton id="previousExit" />
        <ActionButton id="nextExit" />
      </span>
      {answer.neverCleared && (
        <p className="vmx-never" data-never-cleared="">
          <span aria-hidden="true">▲ </span>
          {t("vmx.neverCleared")}
        </p>
      )}
      {shown !== null && shown.abort !== 0 && (
        <p className="vmx-abort">
          ✕ {t("vmx.abort", { number: shown.abort, words: shown.abortWords === null ? "" : words(shown.abortWords) })}
        </p>
      )}
    </div>
  );
}

function Shown({ known, shown }: { readonly known: readonly KnownVmcs[]; readonly shown: KnownVmcs }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const nameOf = (one: KnownVmcs): string => {
    const state = t(one.launched ? "vmx.launched" : "vmx.clear");
    return [hex(one.pointer), ...(one.current ? [t("vmx.current")] : []), state].join(" · ");
  };
  return (
    <p className="vmx-shown">
      {known.length > 1 ? (
        <label>
          {t("vmx.which")}{" "}
          <select
            className="field mono"
            value={shown.current ? "" : String(shown.pointer)}
            onChange={({ target: { value } }) =>
              change(engine.store, (draft) => {
                draft.vmx.pointer = value === "" ? null : Number(value);
              })
            }
          >
            {known.map((one) => (
              <option key={one.pointer} value={one.current ? "" : String(one.pointer)}>
                {nameOf(one)}
              </option>
            ))}
          </select>
        </label>
      ) : (
        <span className="mono">
          {t("vmx.which")} {nameOf(shown)}
        </span>
      )}{" "}
      <button
        type="button"
        className="memory-link"
        aria-label={t("vmx.memoryOf", { address: hex(shown.pointer) })}
        onClick={() => showMemory(engine, "physical", shown.pointer)}
      >
        {t("vmx.memory")}
      </button>
    </p>
  );
}

/** The bits of IA32_FEATURE_CONTROL that are 0 and must be 1. */
function missingFeature({ locked, enabled }: VmcsAnswer["featureControl"]): readonly number[] {
  return [...(enabled ? [] : [2]), ...(locked ? [] : [0])];
}

/** What a hypervisor has still to do until it has a VMCS. */
export function Road({ answer }: { readonly answer: VmcsAnswer }) {
  const { t } = useTranslation();
  const { featureControl, operation, vmxonLacks, cr0Lacks } = answer;
  const steps = [
    ["cr0", !vmxonLacks.includes("cr0"), cr0Lacks.join(", ")],
    [
      "feature",
      !vmxonLacks.includes("feature"),
      missingFeature(featureControl)
        .map((bit) => t("vmx.road.bit", { bit }))
        .join(", "),
    ],
    ["vmxe", !vmxonLacks.includes("cr4"), ""],
    ["vmxon", operation !== "off", ""],
    ["vmptrld", answer.current !== null, ""],
  ] as const;
  const shutOut = featureControl.locked && !featureControl.enabled;
  return (
    <section className="vmx-road" aria-label={t("vmx.road.title")}>
      <p>{t("vmx.road.lead")}</p>
      <ol>
        {steps.map(([id, done, missing]) => (
          <li key={id} data-done={done} data-step={id}>
            <span className="vmx-sign" aria-hidden="true">
              {done ? "✓" : "·"}
            </span>
            <span>
              {t(`vmx.road.${id}`)}
              <span className="vmx-road-state">
                {" "}
                {t(done ? "vmx.road.done" : missing === "" ? "vmx.road.open" : "vmx.road.missing", { missing })}
                {id === "feature" && shutOut && ` ${t("vmx.road.shutOut")}`}
              </span>
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
