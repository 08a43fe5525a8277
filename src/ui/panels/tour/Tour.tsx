import { useCallback, useEffect, useLayoutEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useEngine } from "../../engine/context.ts";
import { en } from "../../i18n/areas/tour.ts";
import { addFetchedWords } from "../../i18n/index.ts";
import { change, useUi } from "../../store/store.ts";
import { keepTourSeen } from "../../store/tour-seen.ts";
import { TOUR_STOPS } from "./stops.ts";
import "./tour.css";

await addFetchedWords("tour", en, () => import("../../i18n/areas/zh/tour.ts"));

/**
 * A walk along the parts of the page in small windows beside them. Nothing is blocked meanwhile; it can be left at every
 * stop, and it takes the keyboard only when it was asked for. It stands first on the page, so that Tab reaches it first.
 */
export default function Tour() {
  const { t } = useTranslation();
  const engine = useEngine();
  const stop = useUi((state) => state.visit.tourStop) ?? 0;
  const asked = useUi((state) => state.visit.tourAsked);
  // The picker it begins at is there once the machine has told what it can do.
  const told = useUi((state) => state.facts !== null);
  const content = useRef<HTMLDivElement>(null);
  const arrow = useRef<SVGSVGElement>(null);
  const go = useCallback(
    (to: number | null): void => {
      if (to === null) keepTourSeen(localStorage);
      change(engine.store, (draft) => {
        draft.visit.tourStop = to;
        draft.visit.tourAsked = to !== null;
      });
    },
    [engine],
  );
  // On the first visit it waits in a corner, where it hides nothing that a newcomer is to read.
  const waiting = !asked && stop === 0;
  const comparing = useUi((state) => state.compare.open);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the part may not have been there before
  useLayoutEffect(
    () => (waiting ? undefined : accompany(TOUR_STOPS[stop]!.anchor, content.current!, arrow.current!)),
    [stop, told, waiting],
  );
  useEffect(() => {
    if (comparing) go(null);
  }, [comparing, go]);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key === "Escape") go(null);
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [go]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: at every stop anew
  useEffect(() => {
    if (asked) content.current?.querySelector<HTMLElement>(".tour-next")?.focus();
  }, [stop, asked]);
  const { id } = TOUR_STOPS[stop]!;
  const last = stop === TOUR_STOPS.length - 1;
  return (
    <div
      ref={content}
      className={`tour ${waiting ? "tour-waiting" : ""}`}
      role="dialog"
      aria-label={t("tour.label", { stop: stop + 1, of: TOUR_STOPS.length })}
      aria-modal={false}
      tabIndex={-1}
    >
      <p className="tour-place" aria-hidden="true">
        {stop + 1} / {TOUR_STOPS.length}
      </p>
      <div aria-live="polite">
        <h2>{t(`tour.stop.${id}.title`)}</h2>
        <p>{t(`tour.stop.${id}.text`)}</p>
        {last && <p>{t("tour.again")}</p>}
      </div>
      <div className="tour-buttons">
        {last ? (
          <button type="button" className="button primary tour-next" onClick={() => go(null)}>
            {t("tour.done")}
          </button>
        ) : (
          <button type="button" className="button primary tour-next" onClick={() => go(stop + 1)}>
            {t("tour.next")}
          </button>
        )}
        {stop > 0 && (
          <button type="button" className="button" onClick={() => go(stop - 1)}>
            {t("tour.back")}
          </button>
        )}
        {!last && (
          <button type="button" className="button quiet" onClick={() => go(null)}>
            {t("tour.leave")}
          </button>
        )}
      </div>
      <svg ref={arrow} className="tour-arrow" viewBox="0 0 14 8" aria-hidden="true">
        <path d="M0 8 7 0 14 8Z" />
      </svg>
    </div>
  );
}

/** Between the window and what it points at, and the edges of the page, in CSS pixels. */
const GAP = 8;

/** Keeps the window beside a part of the page, and the part marked. Returns what ends it. */
function accompany(selector: string, content: HTMLElement, arrow: SVGSVGElement): () => void {
  let here: Element | null = null;
  const place = (): void => {
    const found = document.querySelector(selector);
    if (found !== here) {
      leave();
      here = found;
      here?.classList.add("tour-here");
      if (here !== null) sizes.observe(here);
    }
    const box = anchorOf(selector);
    const { offsetWidth: width, offsetHeight: height } = content;
    const gap = GAP + arrow.getBoundingClientRect().height;
    const under = box.bottom + gap + height + GAP <= innerHeight || box.top - gap - height < GAP;
    const middle = box.left + box.width / 2;
    const left = clamp(middle - width / 2, GAP, innerWidth - width - GAP);
    const top = clamp(under ? box.bottom + gap : box.top - gap - height, GAP, innerHeight - height - GAP);
    content.style.left = `${left}px`;
    content.style.top = `${top}px`;
    content.dataset.side = under ? "under" : "over";
    arrow.style.left = `${clamp(middle - left, 2 * GAP, width - 2 * GAP)}px`;
  };
  const leave = (): void => {
    here?.classList.remove("tour-here");
    if (here !== null) sizes.unobserve(here);
  };
  // Also told when the part is taken from the page, as when another takes its place.
  const sizes = new ResizeObserver(place);
  document.querySelector(selector)?.scrollIntoView({ block: "nearest" });
  place();
  sizes.observe(content);
  window.addEventListener("resize", place);
  window.addEventListener("scroll", place, { capture: true, passive: true });
  return () => {
    leave();
    sizes.disconnect();
    window.removeEventListener("resize", place);
    window.removeEventListener("scroll", place, { capture: true });
  };
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}

/** From this width on the window stands beside its part; below, at the end of the page that the part is not at. */
const BESIDE = 820;

/** Where the window is to point. Of what is large, the upper edge; for what is not there now, the page's middle. */
function anchorOf(selector: string): DOMRect {
  const { innerWidth: width, innerHeight: height } = window;
  const box = document.querySelector(selector)?.getBoundingClientRect();
  if (width < BESIDE) return new DOMRect(width / 2, (box?.top ?? 0) < height / 2 ? height - 8 : 0, 0, 0);
  if (box === undefined || box.width === 0) return new DOMRect(width / 2, height / 3, 0, 0);
  return new DOMRect(box.left, box.top, Math.min(box.width, 420), Math.min(box.height, 48));
}
