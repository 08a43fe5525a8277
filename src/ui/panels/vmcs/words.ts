import { en } from "../../i18n/areas/vmx.ts";
import { addFetchedWords } from "../../i18n/index.ts";

/** Loaded with whichever shows something of VT-x first. */
await addFetchedWords("vmx", en, () => import("../../i18n/areas/zh/vmx.ts"));
