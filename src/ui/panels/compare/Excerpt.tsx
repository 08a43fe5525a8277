import { useTranslation } from "react-i18next";
import type { Difference } from "../../../session/types.ts";
import { Scroller } from "../../components/Scroller.tsx";
import { useUi } from "../../store/store.ts";

const AROUND = 2;

/** The line of the source at which the runs part, with its neighbours. */
export function Excerpt({ difference }: { readonly difference: Difference }) {
  const { t } = useTranslation();
  const document = useUi((state) => state.document);
  const { source } = difference;
  if (source === null || document === null) return null;
  const text = source.file === document.main ? document.text : document.includes[source.file];
  if (text === undefined) return null;
  const lines = text.split("\n");
  const from = Math.max(1, source.line - AROUND);
  const shown = lines.slice(from - 1, source.line + AROUND).map((line, index) => ({ number: from + index, line }));
  return (
    <figure className="excerpt">
      <figcaption>{t("compare.source", { file: source.file, line: source.line })}</figcaption>
      <Scroller label={t("compare.source", { file: source.file, line: source.line })}>
        <pre>
          {shown.map(({ number, line }) => (
            <span key={number} className={number === source.line ? "at" : ""}>
              <span className="number">{number === source.line ? `▶ ${number}` : number}</span>
              {line.replace(/\t/g, "        ") || " "}
              {"\n"}
            </span>
          ))}
        </pre>
      </Scroller>
    </figure>
  );
}
