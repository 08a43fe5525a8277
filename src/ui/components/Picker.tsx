import { Check, ChevronDown, ChevronUp } from "lucide-react";
import { Select } from "radix-ui";

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
  return (
    <Select.Root value={value} onValueChange={onChoose}>
      <Select.Trigger className={`select-trigger ${className}`} aria-label={`${label}: ${shown}`}>
        <span>{shown}</span>
        <ChevronDown aria-hidden="true" />
      </Select.Trigger>
      <Select.Portal>
        <Select.Content className="select-content" position="popper" sideOffset={4} collisionPadding={8}>
          <Select.ScrollUpButton className="select-more">
            <ChevronUp aria-hidden="true" />
          </Select.ScrollUpButton>
          <Select.Viewport className="select-viewport">
            {groups.map((group) => (
              <Select.Group key={group.id}>
                {group.title !== null && <Select.Label className="select-label">{group.title}</Select.Label>}
                {group.choices.map((choice) => (
                  <Select.Item key={choice.value} value={choice.value} className="select-item" textValue={choice.title}>
                    <Select.ItemIndicator>
                      <Check className="tick" aria-hidden="true" />
                    </Select.ItemIndicator>
                    <Select.ItemText>{choice.title}</Select.ItemText>
                    {choice.hint !== undefined && <span className="hint">{choice.hint}</span>}
                  </Select.Item>
                ))}
              </Select.Group>
            ))}
          </Select.Viewport>
          <Select.ScrollDownButton className="select-more">
            <ChevronDown aria-hidden="true" />
          </Select.ScrollDownButton>
        </Select.Content>
      </Select.Portal>
    </Select.Root>
  );
}
