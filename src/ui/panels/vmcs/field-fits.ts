import type { VmcsFieldView } from "../../../session/inspect/vmx-field.ts";
import { hex } from "../../format.ts";

/** Whether a field is what is looked for: by its names in both languages, or by its encoding. */
export function fieldFits(field: VmcsFieldView, search: string): boolean {
  const wanted = search.trim().toLowerCase();
  if (wanted === "") return true;
  const digits = wanted.replace(/^0x|h$/g, "");
  const { name, title, encoding } = field;
  return (
    `${name} ${title.en} ${title.zh}`.toLowerCase().includes(wanted) ||
    hex(encoding, 4) === digits.padStart(4, "0") ||
    // The high half of a 64-bit field has an encoding of its own.
    (field.high !== null && hex(encoding + 1, 4) === digits.padStart(4, "0"))
  );
}
