import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useEngine } from "../../engine/context.ts";
import { useUi } from "../../store/store.ts";
import { frameAddress, frameCode } from "../embed/frame.ts";
import { EMBED_EXTRAS, embedPanels } from "../embed/parts.ts";

const HEIGHTS = [320, 400, 480, 640, 800];

/** The code of a frame for another page, with the parts that it is to have. */
export function EmbedTab({ link }: { readonly link: string }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const main = useUi((state) => state.document?.main ?? "");
  const [hide, setHide] = useState<readonly string[]>([]);
  const [height, setHeight] = useState(480);
  const [copied, setCopied] = useState(false);
  const code = frameCode(link, hide, height, t("share.frameTitle", { file: main }));
  const parts = [
    ...embedPanels.map((id) => ({ id: id as string, name: t(`app.panel.${id}`) })),
    ...EMBED_EXTRAS.map((id) => ({ id: id as string, name: t(`share.part.${id}`) })),
  ];
  return (
    <>
      <p>{t("share.embedHelp")}</p>
      <fieldset className="embed-parts">
        <legend>{t("share.show")}</legend>
        {parts.map(({ id, name }) => (
          <label key={id}>
            <input
              type="checkbox"
              checked={!hide.includes(id)}
              onChange={(event) => setHide(event.target.checked ? hide.filter((part) => part !== id) : [...hide, id])}
            />{" "}
            {name}
          </label>
        ))}
      </fieldset>
      <label className="embed-height">
        {t("share.height")}{" "}
        <select className="field" value={height} onChange={(event) => setHeight(Number(event.target.value))}>
          {HEIGHTS.map((value) => (
            <option key={value} value={value}>
              {value}
            </option>
          ))}
        </select>
      </label>
      <textarea
        className="field mono embed-code"
        readOnly
        rows={4}
        value={code}
        aria-label={t("share.snippet")}
        onFocus={(event) => event.target.select()}
      />
      <div className="row">
        <button
          type="button"
          className="button primary"
          onClick={() => void engine.around.copy(code).then(setCopied)}
          onBlur={() => setCopied(false)}
        >
          {t("share.copy")}
        </button>
        <a className="button" href={frameAddress(link, hide)} target="_blank" rel="noreferrer">
          {t("share.preview")}
        </a>
        <span role="status">{copied ? t("share.copied") : ""}</span>
      </div>
    </>
  );
}
