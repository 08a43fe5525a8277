import { ChevronDown } from "lucide-react";
import { late, Wanted } from "./Wanted.tsx";

const list = late(() => import("./PickerList.tsx"));

export interface Choice {
  readonly value: string;
  readonly title: string;
  readonly hint?: string;
}
export interface ChoiceGroup {
  readonly id: string;
  readonly title: string | null;
  readonly choices: readonly Choice[];
}

interface Props {
  readonly label: string;
  readonly value: string;
  /** What the closed picker shows. */
  readonly shown: string;
  readonly groups: readonly ChoiceGroup[];
  readonly className?: string;
  onChoose(value: string): void;
}

/** A list to choose one of, by pointer, arrows or typing. */
export function Picker({ label, value, shown, groups, className = "", onChoose }: Props) {
  const face = (
    <>
      <span>{shown}</span>
      <ChevronDown aria-hidden="true" />
    </>
  );
  return (
    <Wanted
      module={list}
      opens="list"
      face={{ className: `select-trigger ${className}`, "aria-label": `${label}: ${shown}`, children: face }}
    >
      {({ PickerList }, place) => <PickerList {...place} value={value} groups={groups} onChoose={onChoose} />}
    </Wanted>
  );
}
