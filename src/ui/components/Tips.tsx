import { useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { Keys } from "./Keys.tsx";

/** How long the pointer rests on a control before its tip is shown, in milliseconds. */
const DELAY_MS = 400;
/** Within this time after one tip the next is shown at once, in milliseconds. */
const WARM_MS = 300;
/** Between control and tip, and between tip and the edges of the window, in pixels. */
const GAP = 6;
const MARGIN = 8;

const tipped = (event: Event): HTMLElement | null =>
  event.target instanceof Element ? event.target.closest<HTMLElement>("[data-tip]") : null;

/**
 * The tips of the whole page: says what the control under the pointer or the keyboard does. A control carries its words
 * in `data-tip` and, if it has keys, one of them in `data-tip-keys`.
 */
export function Tips() {
  const id = useId();
  const tip = useRef<HTMLDivElement>(null);
  const [control, setControl] = useState<HTMLElement | null>(null);

  useEffect(() => {
    let over: HTMLElement | null = null;
    let shown: HTMLElement | null = null;
    let timer = 0;
    let pressedAt = { x: -1, y: -1 };
    let hiddenAt = Number.NEGATIVE_INFINITY;
    const show = (on: HTMLElement): void => {
      clearTimeout(timer);
      shown = on;
      setControl(on);
    };
    const hide = (): void => {
      clearTimeout(timer);
      if (shown === null) return;
      shown = null;
      hiddenAt = performance.now();
      setControl(null);
    };
    const onPointerOver = (event: PointerEvent): void => {
      // What comes to lie under a pointer that has only pressed was not pointed at.
      const still = event.clientX === pressedAt.x && event.clientY === pressedAt.y;
      if (event.pointerType === "touch" || still) return;
      const on = tipped(event);
      if (on === over) return;
      over = on;
      hide();
      if (on === null) return;
      if (performance.now() - hiddenAt < WARM_MS) show(on);
      else timer = window.setTimeout(() => on.isConnected && show(on), DELAY_MS);
    };
    const onPointerDown = (event: PointerEvent): void => {
      pressedAt = { x: event.clientX, y: event.clientY };
      hide();
    };
    const onPointerLeave = (): void => {
      over = null;
      hide();
    };
    const onFocusIn = (event: FocusEvent): void => {
      const on = tipped(event);
      if (on?.matches(":focus-visible")) show(on);
      else hide();
    };
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key === "Escape") hide();
    };
    const onScroll = (event: Event): void => {
      if (shown !== null && (event.target as Node).contains(shown)) hide();
    };
    const page = document.documentElement;
    page.addEventListener("pointerover", onPointerOver);
    page.addEventListener("pointerleave", onPointerLeave);
    page.addEventListener("focusin", onFocusIn);
    page.addEventListener("focusout", hide);
    window.addEventListener("keydown", onKeyDown, { capture: true });
    window.addEventListener("pointerdown", onPointerDown, { capture: true });
    window.addEventListener("click", hide, { capture: true });
    window.addEventListener("scroll", onScroll, { capture: true });
    window.addEventListener("blur", hide);
    return () => {
      hide();
      page.removeEventListener("pointerover", onPointerOver);
      page.removeEventListener("pointerleave", onPointerLeave);
      page.removeEventListener("focusin", onFocusIn);
      page.removeEventListener("focusout", hide);
      window.removeEventListener("keydown", onKeyDown, { capture: true });
      window.removeEventListener("pointerdown", onPointerDown, { capture: true });
      window.removeEventListener("click", hide, { capture: true });
      window.removeEventListener("scroll", onScroll, { capture: true });
      window.removeEventListener("blur", hide);
    };
  }, []);

  // Under the control, above it where there is no room, and inside the window.
  useLayoutEffect(() => {
    const box = tip.current;
    if (control === null || box === null) return;
    const at = control.getBoundingClientRect();
    const { width, height } = box.getBoundingClientRect();
    const { clientWidth, clientHeight } = document.documentElement;
    const left = Math.min(at.left + at.width / 2 - width / 2, clientWidth - width - MARGIN);
    const below = at.bottom + GAP;
    box.style.left = `${Math.max(left, MARGIN)}px`;
    box.style.top = `${below + height + MARGIN <= clientHeight ? below : Math.max(at.top - GAP - height, MARGIN)}px`;
    const own = control.getAttribute("aria-describedby");
    control.setAttribute("aria-describedby", own === null ? id : `${own} ${id}`);
    return () => {
      if (own === null) control.removeAttribute("aria-describedby");
      else control.setAttribute("aria-describedby", own);
    };
  }, [control, id]);

  if (control === null) return null;
  const { tip: words, tipKeys } = control.dataset;
  return createPortal(
    <div ref={tip} id={id} role="tooltip" className="tooltip">
      {words}
      <Keys keys={tipKeys === undefined ? [] : [tipKeys]} />
    </div>,
    document.body,
  );
}
