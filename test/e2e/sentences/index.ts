import { breakpoints } from "./breakpoints.ts";
import { consoleAndScreen } from "./console.ts";
import { editor } from "./editor.ts";
import { inspectors } from "./inspectors.ts";
import { people } from "./people.ts";
import { shareAndEmbed } from "./share.ts";
import { stage } from "./stage.ts";
import { time } from "./time.ts";
import type { Paragraph } from "./walk.ts";

/** What the issue of the workbench promises, sentence by sentence. How fast the page is, is measured apart (pace.e2e.ts). */
export const paragraphs: readonly Paragraph[] = [
  editor,
  breakpoints,
  stage,
  inspectors,
  consoleAndScreen,
  time,
  shareAndEmbed,
  people,
];
