import { useId } from "react";
import { useTranslation } from "react-i18next";
import { ROW_LIST } from "../../../isa/rows.ts";
import { EXIT_REASONS } from "../../../isa/vmx-exits.ts";
import { useWords } from "../../i18n/index.ts";
import type { Draft } from "./draft.ts";
import { reasonText, vectorText } from "./names.ts";

interface Props {
  readonly draft: Draft;
  onChange(parts: Partial<Draft>): void;
}

type TextField = "place" | "address" | "size" | "from" | "to" | "expression" | "condition" | "count";

/** One line of text with its name. */
export function TextInput({
  draft,
  onChange,
  field,
  problem,
  focused = false,
}: Props & { readonly field: TextField; readonly problem?: string | null | undefined; readonly focused?: boolean }) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <label className={`bp-field bp-field-${field}`} htmlFor={id}>
      <span>{t(`breakpoints.field.${field}`)}</span>
      <input
        id={id}
        className="field mono"
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        // biome-ignore lint/a11y/noAutofocus: the form has just been opened to be filled in
        autoFocus={focused}
        value={draft[field]}
        placeholder={field === "condition" ? t("breakpoints.field.conditionHint") : undefined}
        aria-invalid={problem ? true : undefined}
        aria-describedby={problem ? `${id}-problem` : undefined}
        onChange={(event) => onChange({ [field]: event.target.value })}
      />
      {problem && (
        <span className="bp-problem" id={`${id}-problem`} role="alert">
          {problem}
        </span>
      )}
    </label>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly choices: readonly { readonly value: string; readonly title: string }[];
  onChoose(value: string): void;
}

function Choice({ label, value, choices, onChoose }: ChoiceProps) {
  const id = useId();
  return (
    <label className="bp-field" htmlFor={id}>
      <span>{label}</span>
      <select id={id} className="field" value={value} onChange={(event) => onChoose(event.target.value)}>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.title}
          </option>
        ))}
      </select>
    </label>
  );
}

const RINGS = ["any", "0", "1", "2", "3"];
/** Those that this processor can cause. */
const REASONS = EXIT_REASONS.filter(({ words }) => words !== null).map(({ number }) => String(number));
const SILENT_ROWS = ROW_LIST.filter((row) => row.silent !== null).map(({ id }) => id);

/** The fields that belong to the kind of the draft. */
export function KindFields(props: Props) {
  const { draft, onChange } = props;
  const { t } = useTranslation();
  const words = useWords();
  const pick = <K extends keyof Draft>(
    key: K,
    label: string,
    values: readonly Draft[K][],
    title: (value: Draft[K]) => string,
  ) => (
    <Choice
      label={label}
      value={draft[key] as string}
      choices={values.map((value) => ({ value: value as string, title: title(value) }))}
      onChoose={(value) => onChange({ [key]: value })}
    />
  );
  switch (draft.kind) {
    case "code":
      return <TextInput {...props} field="place" focused />;
    case "data":
      return (
        <>
          <TextInput {...props} field="address" focused />
          <TextInput {...props} field="size" />
          {pick("access", t("breakpoints.field.access"), ["write", "read", "any"], (v) => t(`breakpoints.access.${v}`))}
          {pick("space", t("breakpoints.field.space"), ["linear", "physical"], (v) => t(`breakpoints.space.${v}`))}
        </>
      );
    case "port":
      return (
        <>
          <TextInput {...props} field="from" focused />
          <TextInput {...props} field="to" />
          {pick("direction", t("breakpoints.field.direction"), ["any", "in", "out"], (v) =>
            t(`breakpoints.direction.${v}`),
          )}
        </>
      );
    case "vector": {
      const vectors = ["any", ...Array.from({ length: 256 }, (_, i) => String(i))];
      return (
        <>
          {pick("vector", t("breakpoints.field.vector"), vectors, (v) =>
            v === "any" ? t("breakpoints.anyVector") : vectorText(Number(v)),
          )}
          {pick("into", t("breakpoints.field.into"), ["any", "guest", "vmm"], (v) => t(`breakpoints.into.${v}`))}
        </>
      );
    }
    case "ring": {
      const level = (v: string) => (v === "any" ? t("breakpoints.anyRing") : v);
      return (
        <>
          {pick("ringFrom", t("breakpoints.field.ringFrom"), RINGS, level)}
          {pick("ringTo", t("breakpoints.field.ringTo"), RINGS, level)}
          {pick("view", t("breakpoints.field.view"), ["guest", "real"], (v) => t(`breakpoints.view.${v}`))}
        </>
      );
    }
    case "mode":
      return (
        <>
          {pick("bit", t("breakpoints.field.bit"), ["paging", "protection"], (v) => t(`breakpoints.bit.${v}`))}
          {pick("switched", t("breakpoints.field.switched"), ["any", "on", "off"], (v) =>
            t(`breakpoints.switched.${v}`),
          )}
        </>
      );
    case "silent":
      return pick("row", t("breakpoints.field.row"), ["any", ...SILENT_ROWS], (v) =>
        v === "any" ? t("breakpoints.anyRow") : v,
      );
    case "vm-exit":
      return pick("reason", t("breakpoints.field.reason"), ["any", ...REASONS], (v) =>
        v === "any" ? t("breakpoints.anyReason") : reasonText(Number(v), words),
      );
    case "vm-fail":
    case "vm-switch":
      return null;
    case "change":
      return <TextInput {...props} field="expression" focused />;
  }
}

/** Condition and hit count, which every kind may have. */
export function CommonFields({
  problem,
  focused = false,
  ...props
}: Props & { readonly problem: string | null; readonly focused?: boolean }) {
  const { draft, onChange } = props;
  const { t } = useTranslation();
  return (
    <>
      <TextInput {...props} field="condition" problem={problem} focused={focused} />
      <Choice
        label={t("breakpoints.field.hits")}
        value={draft.rule}
        choices={(["all", "at", "from", "every"] as const).map((value) => ({
          value,
          title: t(`breakpoints.rule.${value}`),
        }))}
        onChoose={(rule) => onChange({ rule: rule as Draft["rule"] })}
      />
      {draft.rule !== "all" && <TextInput {...props} field="count" />}
    </>
  );
}
