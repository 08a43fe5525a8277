import { en, zh } from "../../i18n/areas/breakpoints.ts";
import { addWords } from "../../i18n/index.ts";

/** Loaded with whichever of the panels, or the editor's menu, is shown first. */
addWords("breakpoints", { en, zh });
