import { useTranslation } from "react-i18next";
import type { TranslationCounts } from "../../../session/inspect/translation.ts";
import { Scroller } from "../../components/Scroller.tsx";
import { count } from "../../format.ts";
import { useWords } from "../../i18n/index.ts";
import { useUi } from "../../store/store.ts";

const MADE = [
  "units",
  "instructions",
  "guestBytes",
  "cacheBytes",
  "chained",
  "elided",
  "retranslated",
  "givenUp",
  "flushed",
] as const;
const ENDED = ["direct", "translated", "emulated"] as const;

/** What the translator has done up to the present moment. */
export function Counts({ counts }: { readonly counts: TranslationCounts }) {
  const { t } = useTranslation();
  const words = useWords();
  const language = useUi((state) => state.language);
  const { guestBytes, cacheBytes, callouts } = counts;
  const shown = (value: number) => count(value, language);
  const ended = ENDED.map((how) => ({ name: t(`translation.count.${how}`), number: counts[how] }));
  return (
    <Scroller className="translation-counts" label={t("common.contentOf", { title: t("translation.counts") })}>
      <table>
        <caption>{t("translation.count.made")}</caption>
        <tbody>
          {MADE.map((name) => (
            <tr key={name} data-count={name}>
              <th scope="row">{t(`translation.count.${name}`)}</th>
              <td>{shown(counts[name])}</td>
            </tr>
          ))}
          <tr data-count="expansion">
            <th scope="row">{t("translation.count.expansion")}</th>
            <td>{guestBytes === 0 ? "–" : `× ${(cacheBytes / guestBytes).toFixed(2)}`}</td>
          </tr>
        </tbody>
      </table>
      <Shares
        title={t("translation.count.ended")}
        of={t("translation.count.how")}
        rows={ended}
        total={t("translation.count.total")}
      />
      <Shares
        title={t("translation.count.callouts")}
        of={t("translation.count.cause")}
        rows={callouts.map(({ name, count: number }) => ({ name: words(name), number }))}
        total={t("translation.count.total")}
      />
    </Scroller>
  );
}

interface SharesProps {
  readonly title: string;
  readonly of: string;
  readonly rows: readonly { readonly name: string; readonly number: number }[];
  readonly total: string;
}

/** Numbers that make up a whole, with a bar for each. */
function Shares({ title, of, rows, total }: SharesProps) {
  const { t } = useTranslation();
  const language = useUi((state) => state.language);
  const sum = rows.reduce((all, { number }) => all + number, 0);
  const percent = (number: number) => (sum === 0 ? 0 : (number / sum) * 100);
  return (
    <table>
      <caption>{title}</caption>
      <thead>
        <tr>
          <th scope="col">{of}</th>
          <th scope="col">{t("translation.count.number")}</th>
          <th scope="col">{t("translation.count.share")}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, number }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{count(number, language)}</td>
            <td>
              {percent(number).toFixed(1)} %
              <span className="translation-bar" aria-hidden="true">
                <span style={{ width: `${percent(number)}%` }} />
              </span>
            </td>
          </tr>
        ))}
        <tr>
          <th scope="row">{total}</th>
          <td>{count(sum, language)}</td>
          <td />
        </tr>
      </tbody>
    </table>
  );
}
