import { Switch } from "radix-ui";
import { useTranslation } from "react-i18next";
import { compare } from "../../engine/compare.ts";
import { useEngine } from "../../engine/context.ts";
import { ruleName } from "../../format.ts";
import { useUi } from "../../store/store.ts";

/** The counterfactual: the instruction that was found, on a processor where it traps. */
export function WhatIfSwitch() {
  const { t } = useTranslation();
  const engine = useEngine();
  const state = useUi((s) => s.compare);
  const on = state.whatIf.length > 0;
  const rule = state.reply?.comparison.difference?.whatIf ?? state.whatIf.at(-1) ?? null;
  if (rule === null) return null;
  const active = state.whatIf.includes(rule);
  return (
    <label className="what-if" htmlFor="what-if-switch">
      <Switch.Root
        id="what-if-switch"
        className="switch"
        checked={active}
        disabled={state.status === "running"}
        onCheckedChange={(wanted) => {
          const others = state.whatIf.filter((name) => name !== rule);
          void compare(engine, wanted ? [...others, rule] : others);
        }}
      >
        <Switch.Thumb />
      </Switch.Root>
      <span>
        {t("compare.whatIf", { mnemonic: ruleName(rule) })}
        {on && <span className="visually-hidden"> {t("compare.whatIfOn")}</span>}
      </span>
    </label>
  );
}
