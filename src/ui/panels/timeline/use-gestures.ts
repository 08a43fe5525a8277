import { type RefObject, useEffect, useRef } from "react";
import type { OpenMark } from "./MarkCard.tsx";

/** What a pointer on the strip does; all in CSS pixels from its left and top. */
export interface StripActions {
  readonly markAt: (x: number, y: number) => OpenMark | null;
  readonly open: (mark: OpenMark) => void;
  readonly travel: (x: number) => void;
  /** Null when the pointer has left. */
  readonly hover: (x: number | null) => void;
  readonly zoom: (factor: number, x: number) => void;
  /** Moves the view along by so many pixels. */
  readonly pan: (by: number) => void;
}

/** A pointer that moves less is still a click. */
const SLACK = 4;
/** How much a notch of the wheel zooms, and what two fingers on a touchpad do, which comes as a wheel with Ctrl. */
const WHEEL = 0.0022;
const PINCH = 0.01;
const DOUBLE = 4;

interface Touch {
  x: number;
  y: number;
}

/**
 * Drag travels, a click on a mark opens it, two fingers or the wheel zoom, the wheel sideways (or with Shift) moves along, a
 * double click goes closer.
 */
export function useStripGestures(strip: RefObject<HTMLElement | null>, actions: StripActions): void {
  const newest = useRef(actions);
  newest.current = actions;
  useEffect(() => {
    const element = strip.current;
    if (element === null) return;
    const touches = new Map<number, Touch>();
    let pressed: { readonly mark: OpenMark | null; readonly x: number; moved: boolean } | null = null;
    let pinch = 0;
    const placeOf = (event: MouseEvent): Touch => {
      const box = element.getBoundingClientRect();
      return { x: event.clientX - box.left, y: event.clientY - box.top };
    };
    // What is opened from here lies elsewhere on the page, though its events come by.
    const own = (event: Event) => element.contains(event.target as Node);
    const spread = () => {
      const [a, b] = [...touches.values()] as [Touch, Touch];
      return { distance: Math.hypot(a.x - b.x, a.y - b.y), middle: (a.x + b.x) / 2 };
    };
    const down = (event: PointerEvent) => {
      if (event.button !== 0 || !own(event)) return;
      const place = placeOf(event);
      touches.set(event.pointerId, place);
      element.setPointerCapture(event.pointerId);
      if (touches.size === 2) {
        pressed = null;
        pinch = spread().distance;
        return;
      }
      const mark = newest.current.markAt(place.x, place.y);
      pressed = { mark, x: place.x, moved: false };
      // A finger may be the first of two.
      if (mark === null && event.pointerType !== "touch") newest.current.travel(place.x);
    };
    const move = (event: PointerEvent) => {
      const place = placeOf(event);
      if (event.pointerType === "mouse") newest.current.hover(place.x);
      if (!touches.has(event.pointerId)) return;
      touches.set(event.pointerId, place);
      if (touches.size === 2) {
        const { distance, middle } = spread();
        if (pinch > 0 && distance > 0) newest.current.zoom(distance / pinch, middle);
        pinch = distance;
      } else if (pressed !== null && (pressed.moved || Math.abs(place.x - pressed.x) > SLACK)) {
        pressed.moved = true;
        newest.current.travel(place.x);
      }
    };
    const up = (event: PointerEvent) => {
      if (!touches.delete(event.pointerId)) return;
      if (pressed !== null && !pressed.moved && event.type === "pointerup") {
        if (pressed.mark !== null) newest.current.open(pressed.mark);
        else if (event.pointerType === "touch") newest.current.travel(pressed.x);
      }
      pressed = null;
    };
    const leave = () => newest.current.hover(null);
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) newest.current.pan(sideways);
      else newest.current.zoom(Math.exp(-event.deltaY * (event.ctrlKey ? PINCH : WHEEL)), placeOf(event).x);
    };
    const double = (event: MouseEvent) => {
      if (own(event)) newest.current.zoom(DOUBLE, placeOf(event).x);
    };
    element.addEventListener("pointerdown", down);
    element.addEventListener("pointermove", move);
    element.addEventListener("pointerup", up);
    element.addEventListener("pointercancel", up);
    element.addEventListener("pointerleave", leave);
    element.addEventListener("wheel", wheel, { passive: false });
    element.addEventListener("dblclick", double);
    return () => {
      element.removeEventListener("pointerdown", down);
      element.removeEventListener("pointermove", move);
      element.removeEventListener("pointerup", up);
      element.removeEventListener("pointercancel", up);
      element.removeEventListener("pointerleave", leave);
      element.removeEventListener("wheel", wheel);
      element.removeEventListener("dblclick", double);
    };
  }, [strip]);
}
