import { en, zh } from "../../i18n/areas/system.ts";
import { addWords } from "../../i18n/index.ts";

/** Loaded with whichever of the panels is shown first. */
addWords("system", { en, zh });
