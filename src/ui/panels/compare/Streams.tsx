import { useTranslation } from "react-i18next";
import type { ComparedStream } from "../../../session/types.ts";
import { useWords } from "../../i18n/index.ts";

const SIGNS: Readonly<Record<ComparedStream["verdict"], string>> = { equal: "=", prefix: "≈", differs: "≠" };

/** What the two runs of a guest that was written anew for its VMM were compared by, and how each came out. */
export function Streams({ streams }: { readonly streams: readonly ComparedStream[] }) {
  const { t } = useTranslation();
  const words = useWords();
  return (
    <section className="streams" aria-label={t("compared.streams")}>
      <p>{t("compared.byTraces")}</p>
      <ul>
        {streams.map((stream) => (
          <li key={`${stream.kind} ${stream.task}`} className={stream.verdict}>
            <span className="stream-sign" aria-hidden="true">
              {SIGNS[stream.verdict]}
            </span>
            {words(stream.words)}
          </li>
        ))}
      </ul>
    </section>
  );
}
