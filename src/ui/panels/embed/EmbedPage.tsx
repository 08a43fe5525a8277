import { ExternalLink } from "lucide-react";
import { Tabs } from "radix-ui";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { ActionButton } from "../../components/ActionButton.tsx";
import { PanelContent } from "../../components/PanelContent.tsx";
import { useEngine } from "../../engine/context.ts";
import { makeLink } from "../../engine/links.ts";
import { count } from "../../format.ts";
import { en, zh } from "../../i18n/areas/embed.ts";
import { addWords } from "../../i18n/index.ts";
import type { PanelId } from "../../layout/panel-ids.ts";
import { isUnderWay } from "../../store/state.ts";
import { useUi } from "../../store/store.ts";
import { useMedia } from "../../theme.ts";
import { StrategyPicker } from "../shell/Header.tsx";
import { Logo } from "../shell/Logo.tsx";
import { PageNotices } from "../shell/PageNotices.tsx";
import { placeNow } from "../timeline/lane-words.ts";
import { Timeline } from "../timeline/Timeline.tsx";
import "./embed.css";
import { embedPanels } from "./parts.ts";

addWords("embed", { en, zh });

/** The page as it stands in a frame of another one: compact, from 480 x 320 upwards. */
export default function EmbedPage() {
  const hide = useUi((state) => state.sharing.embed?.hide ?? []);
  const wide = useMedia("(min-width: 760px)");
  const tall = useMedia("(min-height: 440px)");
  const shown = embedPanels.filter((id) => !hide.includes(id));
  const apart = wide && shown.length > 1 && shown[0] === "editor";
  return (
    <div className="embed">
      <EmbedBar strategy={!hide.includes("strategy")} />
      <main className="page-main">
        <PageNotices />
        <div className={`embed-bench ${apart ? "apart" : ""}`}>
          {apart && <PanelContent id="editor" />}
          {shown.length > 0 && <Parts ids={apart ? shown.slice(1) : shown} />}
        </div>
        {tall && !hide.includes("timeline") && <Timeline />}
      </main>
    </div>
  );
}

function EmbedBar({ strategy }: { readonly strategy: boolean }) {
  const { t } = useTranslation();
  const running = useUi((state) => isUnderWay(state) || state.run.status === "loading");
  return (
    <header className="embed-bar">
      <h1 className="brand">
        <Logo />
        <span className="visually-hidden">Ringside</span>
      </h1>
      <div className="embed-steps" role="toolbar" aria-label={t("run.toolbar")}>
        <ActionButton id="stepBack" />
        <ActionButton id={running ? "pause" : "run"} />
        <ActionButton id="stepInto" />
        <ActionButton id="nextTrap" />
        <ActionButton id="restart" className="embed-spare" />
      </div>
      <Where />
      {strategy && <StrategyPicker />}
      <LinkBack />
    </header>
  );
}

function Where() {
  const { t } = useTranslation();
  const language = useUi((state) => state.language);
  const view = useUi((state) => state.run.view);
  const status = useUi((state) => state.run.status);
  if (view === null) return <span className="embed-where">{t(`run.status.${status}`)}</span>;
  return (
    <span className="embed-where">
      <span data-testid="step">{t("run.step", { step: count(view.step, language) })}</span> · {placeNow(t, view)}
    </span>
  );
}

/** How long everything must have rested before the link is made anew, in milliseconds. */
const REST_MS = 300;

/** The way to the page itself, with the program as it stands here. */
function LinkBack() {
  const { t } = useTranslation();
  const engine = useEngine();
  const document = useUi((state) => state.document);
  const work = useUi((state) => state.work);
  const step = useUi((state) => state.run.view?.step);
  const resting = useUi((state) => state.run.status === "ready" || state.run.status === "failed");
  const bare = location.origin + location.pathname;
  const [link, setLink] = useState(bare);
  const [large, setLarge] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whatever changes what the link is to
  useEffect(() => {
    if (!resting || document === null) return;
    let stale = false;
    const timer = setTimeout(async () => {
      const made = await makeLink(engine, true).catch(() => "too large" as const);
      if (stale || made === null) return;
      setLink(made === "too large" ? bare : made);
      setLarge(made === "too large");
    }, REST_MS);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [engine, document, work, step, resting]);
  return (
    <a
      className="button embed-open"
      href={link}
      target="_blank"
      rel="noopener"
      aria-label={t("embed.open")}
      title={t(large ? "embed.tooLarge" : "embed.openHelp")}
    >
      <ExternalLink aria-hidden="true" />
      <span>
        <span className="embed-spare">{t("embed.openIn")} </span>Ringside
      </span>
    </a>
  );
}

function Parts({ ids }: { readonly ids: readonly PanelId[] }) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<PanelId | null>(null);
  const shown = chosen !== null && ids.includes(chosen) ? chosen : ids[0]!;
  if (ids.length === 1) return <PanelContent id={shown} />;
  return (
    <Tabs.Root className="tabs panel-tabs" value={shown} onValueChange={(value) => setChosen(value as PanelId)}>
      <Tabs.List className="tab-list" aria-label={t("embed.parts")}>
        {ids.map((id) => (
          <Tabs.Trigger key={id} className="tab" value={id}>
            {t(`app.panel.${id}`)}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      {ids.map((id) => (
        <Tabs.Content key={id} className="tab-content" value={id} tabIndex={-1}>
          <PanelContent id={id} />
        </Tabs.Content>
      ))}
    </Tabs.Root>
  );
}
