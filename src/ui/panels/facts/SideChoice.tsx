import { ToggleGroup } from "radix-ui";
import { useTranslation } from "react-i18next";
import "./words.ts";

/** Which columns are shown. */
export type Shown = "both" | "guest" | "physical";

/** Chooses the guest's view, the real one, or both beside each other. */
export function SideChoice({ value, onChange }: { readonly value: Shown; onChange(value: Shown): void }) {
  const { t } = useTranslation();
  return (
    <Choice
      label={t("system.side.label")}
      value={value}
      onChange={onChange}
      options={[
        ["both", t("system.side.both")],
        ["guest", t("system.side.guest")],
        ["physical", t("system.side.physical")],
      ]}
    />
  );
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly (readonly [NoInfer<T>, string])[];
  onChange(value: T): void;
}

/** One of a few, all in sight: arrows move between them. */
export function Choice<T extends string>({ label, value, options, onChange }: ChoiceProps<T>) {
  return (
    <ToggleGroup.Root
      type="single"
      className="choice"
      aria-label={label}
      value={value}
      onValueChange={(wanted) => {
        // Pressing the chosen one again leaves it.
        if (wanted !== "") onChange(wanted as T);
      }}
    >
      {options.map(([option, name]) => (
        <ToggleGroup.Item key={option} className="choice-item" value={option}>
          {name}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
