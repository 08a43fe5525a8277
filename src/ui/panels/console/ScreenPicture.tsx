import { useEffect, useLayoutEffect, useRef, useState } from "react";
import type { TextScreen } from "../../../devices/vga-screen.ts";
import { blinks, drawScreen, screenSize } from "./draw-screen.ts";

/** The cursor is lit for 8 frames of 70 a second, then dark for 8; characters blink half as fast. In milliseconds. */
const BLINK_MS = 114;

interface Props {
  readonly screen: TextScreen;
  /** Nothing blinks. */
  readonly still: boolean;
}

/** The picture on the guest's monitor; what it says is beside it as text. */
export function ScreenPicture({ screen, still }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [beat, setBeat] = useState(0);
  const moving = !still && blinks(screen);
  useEffect(() => {
    if (!moving) return;
    const timer = setInterval(() => setBeat((now) => now + 1), BLINK_MS);
    return () => clearInterval(timer);
  }, [moving]);
  const { width, height } = screenSize(screen);
  const cursor = !moving || beat % 2 === 0;
  const text = !moving || beat % 4 < 2;
  useLayoutEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context) return;
    const image = context.createImageData(width, height);
    drawScreen(new Uint32Array(image.data.buffer), screen, { cursor, text });
    context.putImageData(image, 0, 0);
  }, [screen, width, height, cursor, text]);
  return (
    <div aria-hidden="true">
      <canvas ref={canvas} width={width} height={height} />
    </div>
  );
}
