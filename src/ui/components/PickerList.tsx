import { Check, ChevronDown, ChevronUp } from "lucide-react";
import { Select } from "radix-ui";
import type { ChoiceGroup } from "./Picker.tsx";
import type { Place } from "./Wanted.tsx";

interface Props extends Place {
  readonly value: string;
  readonly groups: readonly ChoiceGroup[];
  onChoose(value: string): void;
}

/** The picker's trigger and list. */
export function PickerList({ trigger, defaultOpen, value, groups, onChoose }: Props) {
  return (
    <Select.Root value={value} onValueChange={onChoose} defaultOpen={defaultOpen}>
      <Select.Trigger {...trigger} />
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
