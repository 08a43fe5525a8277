import { useTranslation } from "react-i18next";
import { actionOf } from "../../actions/index.ts";
import type { ActionId } from "../../actions/types.ts";
import { ActionButton } from "../../components/ActionButton.tsx";
import { type Choice, type ChoiceGroup, Picker } from "../../components/Picker.tsx";
import { useEngine } from "../../engine/context.ts";
import { backToOwn, configure, openProgram } from "../../engine/documents.ts";
import { newProgram } from "../../engine/texts.ts";
import { useWords } from "../../i18n/index.ts";
import { useUi } from "../../store/store.ts";
import { isOwnText } from "../../store/texts.ts";
import { Logo } from "./Logo.tsx";
import { MachineMenu } from "./MachineMenu.tsx";
import { PanelMenu } from "./PanelMenu.tsx";

const NEW = "new:";
const LINK = "link:";
const ACTION = "action:";
/** What else the picker can do for texts of the reader's own. */
const OWN_ACTIONS = ["newFromTemplate", "openLocal", "texts"] as const;

/** The name of the page, what runs on it, and what can be done with it. */
export function Header() {
  const { t } = useTranslation();
  return (
    <header className="head">
      <h1 className="brand">
        <Logo />
        <span>Ringside</span>
      </h1>
      <ProgramPicker />
      <StrategyPicker />
      <MachineMenu />
      <ActionButton id="compare" look="label" className="head-compare" />
      <nav className="head-tools" aria-label={t("app.tools")}>
        <ActionButton id="share" look="label" className="head-share" />
        <ActionButton id="present" className="head-present" />
        <ActionButton id="lesson" />
        <PanelMenu />
        <ActionButton id="palette" />
        <ActionButton id="help" />
        <ActionButton id="theme" />
        <LanguageButton />
      </nav>
    </header>
  );
}

function LanguageButton() {
  const language = useUi((state) => state.language);
  return (
    <ActionButton id="language" look="label" className="quiet language">
      <span lang={language === "en" ? "zh-Hans" : "en"}>{language === "en" ? "中文" : "English"}</span>
    </ActionButton>
  );
}

function ProgramPicker() {
  const { t, i18n } = useTranslation();
  const words = useWords();
  const engine = useEngine();
  const drafts = useUi((state) => state.drafts);
  const programId = useUi((state) => state.work.programId);
  const kind = useUi((state) => state.document?.kind);
  const file = useUi((state) => state.document?.main);
  const { library } = engine;
  if (library === null) return <span className="select-trigger loading">{t("picker.loading")}</span>;

  const groups: ChoiceGroup[] = [];
  const own: Choice[] = Object.keys(drafts)
    .filter(isOwnText)
    .map((id) => ({ value: id, title: drafts[id]?.name ?? ownTitle(id) }));
  const byTopic = new Map<string, Choice[]>();
  for (const program of library.programs) {
    const choices = byTopic.get(program.topic) ?? [];
    byTopic.set(program.topic, choices);
    const title = words(program.title) || program.id;
    const edited = program.id in drafts ? { hint: t("picker.edited") } : {};
    choices.push({ value: program.id, title, ...edited });
  }
  if (kind === "link")
    groups.push({ id: "link", title: null, choices: [{ value: LINK, title: t("picker.shared", { file }) }] });
  for (const [topic, choices] of byTopic) {
    const key = `topic.${topic}`;
    groups.push({ id: topic, title: i18n.exists(key) ? t(key as "topic.lesson") : topic, choices });
  }
  const begin = OWN_ACTIONS.map((id) => ({ value: ACTION + id, title: t(`action.${id}.label`) }));
  begin.unshift({ value: NEW, title: t("picker.new") });
  groups.push({ id: "own", title: t("picker.own"), choices: [...own, ...begin] });

  const value = kind === "link" ? LINK : programId;
  const shown = groups.flatMap((group) => group.choices).find((choice) => choice.value === value)?.title ?? programId;
  return (
    <Picker
      label={t("picker.program")}
      value={value}
      shown={shown}
      groups={groups}
      className="program-picker"
      onChoose={(chosen) => {
        if (chosen === NEW) void newProgram(engine);
        else if (chosen.startsWith(ACTION)) void actionOf(chosen.slice(ACTION.length) as ActionId).run(engine);
        else if (chosen !== LINK) void choose(chosen);
      }}
    />
  );

  function ownTitle(id: string): string {
    const [stem, number] = id.split("-");
    return t(stem === "copy" ? "picker.copyTitle" : "picker.mineTitle", { number });
  }

  async function choose(id: string): Promise<void> {
    if (kind === "link") await backToOwn(engine);
    await openProgram(engine, id);
  }
}

export function StrategyPicker() {
  const { t } = useTranslation();
  const words = useWords();
  const engine = useEngine();
  const strategies = useUi((state) => state.facts?.strategies);
  const chosen = useUi((state) => state.work.strategy);
  if (strategies === undefined) return null;
  const current = strategies.find((strategy) => strategy.id === chosen);
  return (
    <Picker
      label={t("picker.strategy")}
      value={chosen}
      shown={current === undefined ? chosen : words(current.title)}
      className="strategy-picker"
      groups={[
        {
          id: "strategies",
          title: t("picker.strategy"),
          choices: strategies.map((strategy) => ({
            value: strategy.id,
            title: words(strategy.title),
            hint: words(strategy.summary),
          })),
        },
      ]}
      onChoose={(id) => {
        const found = strategies.find((strategy) => strategy.id === id);
        if (found !== undefined && found.id !== chosen) void configure(engine, { strategy: found.id });
      }}
    />
  );
}
