import { en, zh } from "../../i18n/areas/memory.ts";
import { addWords } from "../../i18n/index.ts";

/** Loaded with whichever of the panels is shown first. */
addWords("memory", { en, zh });
