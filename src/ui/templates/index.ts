/** Whole guests to begin a text of one's own with, in the order of the dialog. */
export const TEMPLATES = ["hello", "rings", "timer", "paging", "tasks", "empty"] as const;
export type TemplateId = (typeof TEMPLATES)[number];

const texts = import.meta.glob<string>("./*.asm", { query: "?raw", import: "default" });

/** The text of a template. */
export async function templateText(id: TemplateId): Promise<string> {
  return (await texts[`./${id}.asm`]?.()) ?? "";
}
