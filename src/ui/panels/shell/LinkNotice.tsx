import { useTranslation } from "react-i18next";
import { ActionButton } from "../../components/ActionButton.tsx";
import { useEngine } from "../../engine/context.ts";
import { useWords } from "../../i18n/index.ts";
import { useUi } from "../../store/store.ts";

/** While a shared moment is open: what it is, and the reader's own work beside it, one press away. */
export function LinkNotice() {
  const { t } = useTranslation();
  const words = useWords();
  const engine = useEngine();
  const kind = useUi((state) => state.document?.kind);
  const outcome = useUi((state) => state.link.outcome);
  const passedOver = useUi((state) => state.link.passedOver);
  const binary = useUi((state) => state.document?.binary ?? null);
  const drafts = useUi((state) => state.drafts);
  if (kind !== "link") return null;
  const id = engine.ownWork?.programId;
  const program = id === undefined ? undefined : engine.library?.find(id);
  const own = program !== undefined ? words(program.title) : id === undefined ? "" : (drafts[id]?.name ?? `${id}.asm`);
  return (
    <div className={`notice page-notice link-notice ${outcome === "mismatch" ? "danger" : ""}`} role="status">
      <p>
        {t("link.banner")} {outcome !== null && <strong>{t(`link.${outcome}`)}</strong>}
        {passedOver !== null && ` ${words(passedOver)}`}
      </p>
      {binary === null && <ActionButton id="editCopy" look="label" />}
      <ActionButton id="backToOwn" look="label" />
      {own !== "" && <span className="link-own">{t("link.own", { title: own })}</span>}
    </div>
  );
}
