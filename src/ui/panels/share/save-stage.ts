import { download, fileName } from "../../engine/download.ts";
import type { Engine } from "../../engine/engine.ts";
import { stageSvg } from "../stage/stage-svg.ts";

/** Dots of the PNG for a unit of the picture: sharp on a slide. */
const SCALE = 2;

/** Saves the picture on the stage. Answers the file's name; null if there is no stage on the page. */
export async function saveStage(engine: Engine, format: "svg" | "png"): Promise<string | null> {
  const { run, document: program } = engine.state;
  const svg = stageSvg();
  if (run.view === null || svg === "") return null;
  const name = fileName(program?.main ?? "run", `stage-${run.view.step}`, format);
  const vector = new Blob([svg], { type: "image/svg+xml" });
  const file = format === "svg" ? vector : await toPng(vector);
  if (file === null) return null;
  download(file, name);
  return name;
}

async function toPng(vector: Blob): Promise<Blob | null> {
  const url = URL.createObjectURL(vector);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth * SCALE;
    canvas.height = image.naturalHeight * SCALE;
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  } catch {
    return null;
  } finally {
    URL.revokeObjectURL(url);
  }
}
