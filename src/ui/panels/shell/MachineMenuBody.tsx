import { Popover, Switch } from "radix-ui";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Picker } from "../../components/Picker.tsx";
import type { Place } from "../../components/Wanted.tsx";
import { useEngine } from "../../engine/context.ts";
import { configure } from "../../engine/documents.ts";
import { ruleName } from "../../format.ts";
import { useUi } from "../../store/store.ts";
import { type Since, StrategyOptions } from "./StrategyOptions.tsx";

const SIZES = [1, 4, 16, 64, 256];

/** The computer's memory, and the rules of the processor that never was. */
export function MachineMenuBody({ trigger, defaultOpen }: Place) {
  const { t } = useTranslation();
  const engine = useEngine();
  const { memoryMiB, whatIf } = useUi((state) => state.work);
  const rules = useUi((state) => state.facts?.whatIf);
  const [since, setSince] = useState<Since>("start");
  const sizes = SIZES.includes(memoryMiB) ? SIZES : [...SIZES, memoryMiB].sort((a, b) => a - b);
  return (
    <Popover.Root defaultOpen={defaultOpen}>
      <Popover.Trigger {...trigger} />
      <Popover.Portal>
        <Popover.Content className="popover" sideOffset={6} collisionPadding={8} aria-label={t("machine.title")}>
          <div className="popover-row">
            <span>{t("machine.memory")}</span>
            <Picker
              label={t("machine.memory")}
              value={String(memoryMiB)}
              shown={`${memoryMiB} MiB`}
              groups={[
                { id: "memory", title: null, choices: sizes.map((n) => ({ value: String(n), title: `${n} MiB` })) },
              ]}
              onChoose={(value) => void configure(engine, { memoryMiB: Number(value) })}
            />
          </div>
          <StrategyOptions since={since} onSince={setSince} />
          <fieldset>
            <legend>{t("whatIf.title")}</legend>
            <p>{t("whatIf.help")}</p>
            {(rules ?? []).map(({ rule, mnemonics }) => (
              <label key={rule} className="popover-row" htmlFor={`rule-${rule}`} title={mnemonics.join(", ")}>
                <span>{t("whatIf.rule", { names: ruleName(rule) })}</span>
                <Switch.Root
                  id={`rule-${rule}`}
                  className="switch"
                  checked={whatIf.includes(rule)}
                  onCheckedChange={(on) =>
                    void configure(engine, { whatIf: on ? [...whatIf, rule] : whatIf.filter((name) => name !== rule) })
                  }
                >
                  <Switch.Thumb />
                </Switch.Root>
              </label>
            ))}
          </fieldset>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
