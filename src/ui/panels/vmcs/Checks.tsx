import { Switch } from "radix-ui";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { CheckGroup, EntryCheckView, VmxChecksAnswer } from "../../../session/inspect/vmx-checks.ts";
import type { VmcsFieldView } from "../../../session/inspect/vmx-field.ts";
import { useEngine } from "../../engine/context.ts";
import { useInspection } from "../../engine/inspect.ts";
import { showVmcsField } from "../../engine/vmx.ts";
import { count } from "../../format.ts";
import { useWords } from "../../i18n/index.ts";
import { useUi } from "../../store/store.ts";
import { FollowedBy, SourceLink, StepLink, Waiting } from "./links.tsx";
import { VirtualList } from "./VirtualList.tsx";

/** Height of a check until it has been measured. */
const ROW_PX = 46;

/** What a VM entry would check now, in the manual's order, with the check that fails above all. */
export function Checks() {
  const pointer = useUi((state) => state.vmx.pointer);
  const { answer } = useInspection({ kind: "vmx-checks", pointer });
  return answer === null ? <Waiting /> : <Shown answer={answer} />;
}

type Line =
  | { readonly key: string; readonly group: CheckGroup; readonly check: null }
  | { readonly key: string; readonly group: CheckGroup; readonly check: EntryCheckView };

function Shown({ answer }: { readonly answer: VmxChecksAnswer }) {
  const { t } = useTranslation();
  const id = useId();
  const [only, setOnly] = useState(false);
  const lines = answer.groups.flatMap((group): Line[] => {
    const checks = group.checks.filter(({ holds }) => !only || !holds);
    if (only && checks.length === 0) return [];
    return [
      { key: group.id, group, check: null },
      ...checks.map((check) => ({ key: `${group.id} ${check.id}`, group, check })),
    ];
  });
  return (
    <>
      <div className="vmx-bar">
        <label className="vmx-switch" htmlFor={`${id}-only`}>
          <Switch.Root id={`${id}-only`} className="switch" checked={only} onCheckedChange={setOnly}>
            <Switch.Thumb />
          </Switch.Root>
          {t("vmx.checks.only")}
        </label>
      </div>
      <VirtualList
        label={t("common.contentOf", { title: t("vmx.tab.checks") })}
        list={t("vmx.checks.list")}
        keys={lines.map(({ key }) => key)}
        estimate={ROW_PX}
        head={
          <>
            <Failure answer={answer} />
            <Verdict answer={answer} />
            {only && lines.length === 0 && <p className="fact-note">{t("vmx.checks.allHold")}</p>}
          </>
        }
        row={(index) => {
          const { group, check } = lines[index]!;
          return check === null ? <GroupHead group={group} /> : <Check check={check} />;
        }}
      />
    </>
  );
}

/** The last instruction of VT-x that failed, or entry. */
function Failure({ answer: { failure, groups } }: { readonly answer: VmxChecksAnswer }) {
  const { t } = useTranslation();
  const words = useWords();
  const language = useUi((state) => state.language);
  if (failure === null) return null;
  const check = groups.flatMap(({ checks }) => checks).find(({ id }) => id === failure.check);
  return (
    <section className="vmx-told failed" aria-label={words(failure.title)} data-failure={failure.check ?? ""}>
      <p className="vmx-told-title">
        <span aria-hidden="true">✕ </span>
        {words(failure.title)}
      </p>
      <p className="vmx-sentence">{words(failure.sentence)}</p>
      <p>
        {t("vmx.checks.failure", { step: count(failure.step, language) })} · <StepLink step={failure.step} />{" "}
        <SourceLink source={failure.source} />
      </p>
      <FollowedBy failure={failure} />
      {check?.holds && <p className="vmx-mended">✓ {t("vmx.checks.mended")}</p>}
    </section>
  );
}

/** Whether an entry would be made now; if not, the check that it would fail by, with field, value and rule. */
function Verdict({ answer }: { readonly answer: VmxChecksAnswer }) {
  const { t } = useTranslation();
  const words = useWords();
  const instruction = answer.wants === null ? "VMLAUNCH" : answer.wants.toUpperCase();
  if (answer.wouldEnter) {
    return <p className="vmx-verdict good">✓ {t("vmx.checks.enters", { instruction })}</p>;
  }
  const group = answer.groups.find(({ checks }) => checks.some(({ first }) => first));
  const check = group?.checks.find(({ first }) => first);
  if (group === undefined || check === undefined) return null;
  return (
    <section className="vmx-verdict bad" aria-label={words(check.words)} data-first={check.id}>
      <p>
        <strong>✕ {answer.wants === null ? t("vmx.checks.failsBasic") : t("vmx.checks.fails", { instruction })}</strong>
      </p>
      <dl className="vmx-facts">
        {check.fields.map((field) => (
          <div key={field.name}>
            <dt>{t("vmx.checks.field")}</dt>
            <dd>
              <FieldValue field={field} />
            </dd>
          </div>
        ))}
        <div>
          <dt>{t("vmx.checks.rule")}</dt>
          <dd>{words(check.words)}</dd>
        </div>
        {check.why !== null && (
          <div>
            <dt>{t("vmx.checks.why")}</dt>
            <dd>{words(check.why)}</dd>
          </div>
        )}
      </dl>
      <p className="fact-words">{words(group.failure)}</p>
    </section>
  );
}

/** A field with its value; it leads to the field in the VMCS. */
function FieldValue({ field }: { readonly field: VmcsFieldView }) {
  const { t } = useTranslation();
  const words = useWords();
  const engine = useEngine();
  const title = words(field.title);
  return (
    <span className="vmx-value">
      <button
        type="button"
        className="vmx-link"
        aria-label={t("vmx.checks.showField", { name: title })}
        onClick={() => showVmcsField(engine, field.name)}
      >
        {title}
      </button>{" "}
      <span className="mono">= {field.raw}</span>
      {field.decoded !== null && <span className="vmx-value-decoded"> {words(field.decoded)}</span>}
    </span>
  );
}

function GroupHead({ group }: { readonly group: CheckGroup }) {
  const { t } = useTranslation();
  const words = useWords();
  const failing = group.checks.filter(({ holds }) => !holds).length;
  const number = group.checks.length;
  return (
    <div className="vmx-group-head" data-group={group.id}>
      <p className="vmx-group">
        {words(group.title)}{" "}
        <span className={`vmx-count ${failing > 0 ? "vmx-wrong" : ""}`}>
          {failing === 0
            ? t("vmx.checks.groupHolds", { count: number })
            : `✕ ${t("vmx.checks.groupCount", { count: number, failing })}`}
        </span>
      </p>
      <p className="fact-words">
        {words(group.failure)} · {t("vmx.checks.section", { section: group.section })}
      </p>
    </div>
  );
}

function Check({ check }: { readonly check: EntryCheckView }) {
  const { t } = useTranslation();
  const words = useWords();
  const { id, holds, first, fields, why } = check;
  return (
    <div className={`vmx-check ${holds ? "" : "fails"} ${first ? "first" : ""}`} data-check={id}>
      <span className="vmx-sign" aria-hidden="true">
        {holds ? "✓" : "✕"}
      </span>
      <div>
        <p>
          <span className="visually-hidden">
            {t(holds ? "vmx.checks.holds" : "vmx.checks.not")}
            {t("vmx.colon")}
          </span>
          {words(check.words)}
        </p>
        {why !== null && <p className="vmx-why">{words(why)}</p>}
        {fields.length > 0 && (
          <ul className="vmx-check-fields">
            {fields.map((field) => (
              <li key={field.name}>
                <FieldValue field={field} />
              </li>
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}
