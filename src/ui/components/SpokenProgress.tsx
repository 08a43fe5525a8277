import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

/** What is done sooner is not spoken of, and what goes on not more often than this; both in milliseconds. */
const PATIENCE_MS = 2000;
const PAUSE_MS = 5000;

interface Props {
  /** What is under way, in words; null: nothing. */
  readonly what: string | null;
  /** How far it is, 0 to 100; null where that is not known. */
  readonly percent?: number | null;
}

/** Says to a screen reader that something takes long, how far it is, and that it has ended. Seen by nobody. */
export function SpokenProgress({ what, percent = null }: Props) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const newest = useRef({ what, percent, t });
  newest.current = { what, percent, t };
  const busy = what !== null;
  useEffect(() => {
    if (!busy) return;
    const began = performance.now();
    const seconds = () => Math.round((performance.now() - began) / 1000);
    let spoken = false;
    const speak = () => {
      const now = newest.current;
      const known = now.percent === null ? "announce.busy" : "announce.progress";
      setText(now.t(known, { what: now.what ?? "", percent: Math.round(now.percent ?? 0), count: seconds() }));
      spoken = true;
      timer = setTimeout(speak, PAUSE_MS);
    };
    let timer = setTimeout(speak, PATIENCE_MS);
    return () => {
      clearTimeout(timer);
      if (spoken) setText(newest.current.t("announce.ended", { count: seconds() }));
    };
  }, [busy]);
  return (
    <div className="visually-hidden" role="status" aria-live="polite">
      {text}
    </div>
  );
}
