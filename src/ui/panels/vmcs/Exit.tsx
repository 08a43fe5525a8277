import { useTranslation } from "react-i18next";
import type { VmxExitAnswer, VmxExitView } from "../../../session/inspect/vmx-exit.ts";
import { Scroller } from "../../components/Scroller.tsx";
import { useEngine } from "../../engine/context.ts";
import { useInspection } from "../../engine/inspect.ts";
import { seek } from "../../engine/run.ts";
import { showVmxWalk } from "../../engine/vmx.ts";
import { count, hex } from "../../format.ts";
import { useWords } from "../../i18n/index.ts";
import { useUi } from "../../store/store.ts";
import { encodingText } from "./Fields.tsx";
import { SourceLink, StepLink, Waiting } from "./links.tsx";
import { Parts } from "./Parts.tsx";

/** The last exit up to now: why in a sentence, what the processor said of it, and the guest's instruction. */
export function Exit() {
  const { t } = useTranslation();
  const { answer } = useInspection({ kind: "vmx-exit", index: null });
  if (answer === null) return <Waiting />;
  const { exit } = answer;
  return (
    <>
      <Steps answer={answer} />
      {exit === null ? (
        <div className="empty">
          <p>{t("vmx.exit.none")}</p>
        </div>
      ) : (
        <Scroller className="vmx-body" label={t("common.contentOf", { title: t("vmx.tab.exit") })}>
          <Told exit={exit} />
          <FieldCards exit={exit} />
        </Scroller>
      )}
    </>
  );
}

function Steps({ answer: { exit, total, previous, next } }: { readonly answer: VmxExitAnswer }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const language = useUi((state) => state.language);
  const number = (value: number) => count(value, language);
  const go = (step: number | null, name: string) => (
    <button
      type="button"
      className="button"
      aria-disabled={step === null}
      onClick={() => {
        if (step !== null) void seek(engine, step);
      }}
    >
      {name}
    </button>
  );
  return (
    <div className="vmx-bar">
      {go(previous, t("vmx.exit.previous"))}
      {go(next, t("vmx.exit.next"))}
      {exit !== null && (
        <p className="vmx-count" role="status">
          {t(exit.failed ? "vmx.exit.failed" : "vmx.exit.number", {
            number: number(exit.number),
            total: number(total),
          })}
        </p>
      )}
    </div>
  );
}

function Told({ exit }: { readonly exit: VmxExitView }) {
  const { t } = useTranslation();
  const words = useWords();
  const { reason, title, sentence, step, cpl, cs, rip, instruction, source, host, failed } = exit;
  return (
    <section className={`vmx-told ${failed ? "failed" : ""}`} aria-label={words(title)} data-exit={reason}>
      <p className="vmx-told-title">
        <span className="vmx-reason mono">{reason}</span> {words(title)}
      </p>
      <p className="vmx-sentence">{words(sentence)}</p>
      <p>
        <StepLink step={step} />
      </p>
      <dl className="vmx-facts">
        <div>
          <dt>{t(failed ? "vmx.exit.vmm" : "vmx.exit.guest")}</dt>
          <dd className="mono">{t("vmx.exit.at", { address: `${hex(cs, 4)}:${hex(rip)}`, cpl })}</dd>
        </div>
        <div>
          <dt>{t("vmx.exit.instruction")}</dt>
          <dd>
            {instruction === null ? (
              t("vmx.exit.unreadable")
            ) : (
              <>
                <code>{instruction.text}</code> <span className="vmx-bytes mono">{instruction.bytes}</span>
              </>
            )}{" "}
            <SourceLink source={source} />
          </dd>
        </div>
        {host !== null && (
          <div>
            <dt>{t("vmx.exit.host")}</dt>
            <dd data-host={host.nothing ? "nothing" : "code"}>
              <span className="mono">
                HOST_RIP = {hex(host.rip)}
                {host.symbol !== null && ` ${host.symbol}`}
              </span>{" "}
              <SourceLink source={host.source} />
              {host.nothing && <strong className="vmx-wrong">✕ {t("vmx.exit.nowhere")}</strong>}
            </dd>
          </div>
        )}
        <div>
          <dt>{t("vmx.exit.entry")}</dt>
          <dd>
            <Before exit={exit} />
          </dd>
        </div>
      </dl>
    </section>
  );
}

/** How long the guest ran before it was left. */
function Before({ exit: { entry, failed } }: { readonly exit: VmxExitView }) {
  const { t } = useTranslation();
  const language = useUi((state) => state.language);
  if (entry === null) return t(failed ? "vmx.exit.notRun" : "vmx.exit.noEntry");
  const { step, ticks, cycles } = entry;
  return (
    <>
      {t("vmx.exit.ran", {
        step: count(step, language),
        instructions: t("vmx.exit.instructions", { count: ticks, number: count(ticks, language) }),
        cycles: t("vmx.exit.cycles", { count: cycles, number: count(cycles, language) }),
      })}{" "}
      <StepLink step={step} />
    </>
  );
}

/** Fields that hold an address of the guest, and which kind. */
const ADDRESSES = { guestLinearAddress: "linear", guestPhysicalAddress: "guest-physical" } as const;

function FieldCards({ exit }: { readonly exit: VmxExitView }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const words = useWords();
  return (
    <>
      <p className="vmx-group">{t("vmx.exit.fields")}</p>
      <ul className="vmx-cards">
        {exit.fields.map((field) => (
          <li key={field.name} className="vmx-field" data-field={field.name}>
            <p className="vmx-field-head">
              <span className="vmx-field-name">{words(field.title)}</span>
              <span className="vmx-encoding mono">{encodingText(field.encoding)}</span>
              <span className="vmx-raw mono">{field.raw}</span>
            </p>
            {field.name in ADDRESSES && (
              <button
                type="button"
                className="vmx-link"
                onClick={() =>
                  showVmxWalk(engine, {
                    address: field.value,
                    space: ADDRESSES[field.name as keyof typeof ADDRESSES],
                    access: exit.access ?? "read",
                    user: exit.cpl === 3,
                  })
                }
              >
                {t("vmx.exit.walk")}
              </button>
            )}
            {field.decoded !== null && <p className="vmx-decoded">{words(field.decoded)}</p>}
            {field.parts.length > 0 && <Parts parts={field.parts} label={words(field.title)} />}
          </li>
        ))}
      </ul>
    </>
  );
}
