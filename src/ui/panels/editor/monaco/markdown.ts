import type {
  Card,
  InstructionCard,
  NameCard,
  RegisterCard,
  RegisterNow,
  Verdict,
} from "../../../../session/language/types.ts";
import type { LanguageHost } from "./host.ts";

type Say = Pick<LanguageHost, "pick" | "phrase">;

/** The sign of what becomes of an instruction, as in the margin: a shape beside the word. */
const SIGNS: Readonly<Record<Verdict, string>> = { runs: "✓", traps: "▲", silent: "∅", depends: "◇" };

const hex = (value: number, digits = 8): string => (value >>> 0).toString(16).padStart(digits, "0");
const plain = (text: string): string => text.replace(/[\\`*_[\]<>|#~]/g, "\\$&");
const code = (text: string): string => `\`${text.replaceAll("`", "'")}\``;

/** A card as Markdown, a part each. */
export function cardMarkdown(card: Card, say: Say): readonly string[] {
  switch (card.kind) {
    case "instruction":
      return instruction(card, say);
    case "register":
      return register(card, say);
    case "name":
      return name(card, say);
    case "word":
      return [`**${plain(card.name)}**`, plain(say.pick(card.words))];
  }
}

function instruction(card: InstructionCard, say: Say): string[] {
  const { pick, phrase } = say;
  const aliases = card.aliases.length === 0 ? "" : phrase("also", { names: card.aliases.join(", ").toUpperCase() });
  const form = `${code(`${card.mnemonic} ${card.operands}`.trim())} · ${code(card.encoding)}`;
  const parts = [
    `**${card.mnemonic.toUpperCase()}**${aliases} · ${plain(card.manual)}`,
    plain(pick(card.words)),
    `${form} · ${card.line === null ? phrase("forms", { count: card.forms }) : lineText(card.line, say)}`,
    classText(card, say),
  ];
  if (card.silent !== null) parts.push(`∅ ${plain(pick(card.silent))}`);
  if (card.vmx !== null) parts.push(`◆ ${plain(pick(card.vmx))}`);
  const cell = (verdict: Verdict, text: string) => `${SIGNS[verdict]} ${plain(text)}`;
  const levels = card.levels.map(({ cpl, verdict, words }) => `| ${cpl} | ${cell(verdict, pick(words))} |`);
  parts.push([`| ${phrase("atLevel")} | ${phrase("does")} |`, "| --- | --- |", ...levels].join("\n"));
  const strategies = card.strategies.map(({ title, ring, current, verdict, words }) => {
    const name = plain(phrase("ring", { strategy: pick(title), ring }));
    return `| ${current ? phrase("thisRun", { name }) : name} | ${cell(verdict, pick(words))} |`;
  });
  parts.push([`| ${phrase("under")} | ${phrase("does")} |`, "| --- | --- |", ...strategies].join("\n"));
  const flags = (["written", "undefined", "read"] as const)
    .filter((what) => card.flags[what] !== "")
    .map((what) => phrase(`flags.${what}`, { flags: card.flags[what].toUpperCase() }));
  if (flags.length > 0) parts.push(phrase("flagsOf", { flags: flags.join("; ") }));
  return parts;
}

function lineText({ address, bytes, times }: NonNullable<InstructionCard["line"]>, { phrase }: Say): string {
  const values = { bytes: code(bytes), address: code(hex(address)), count: times };
  return phrase(times > 1 ? "bytesTimes" : "bytes", values);
}

function classText(card: InstructionCard, { phrase }: Say): string {
  const privilege =
    card.silent !== null
      ? `∅ ${phrase("privilege.silent")}`
      : !card.privileged
        ? phrase("privilege.unprivileged")
        : `▲ ${phrase(card.checks.includes("cpl0") ? "privilege.privileged" : "privilege.conditional")}`;
  const text = phrase(card.robinIrvine ? "classOfListed" : "classOf", {
    sensitivity: `**${phrase(`class.${card.sensitivity}`)}**`,
    privilege: `**${privilege}**`,
  });
  const whatIf =
    card.whatIf === null ? "" : plain(phrase(card.whatIf.on ? "whatIfOn" : "whatIf", { rule: card.whatIf.rule }));
  return `${text} ${whatIf}`.trim();
}

function register({ name, now }: RegisterCard, say: Say): string[] {
  const { phrase } = say;
  const head = `**${name.toUpperCase()}**`;
  if (now === null) return [head, phrase("notLoaded")];
  const value = (side: RegisterNow): string => valueText(side.value, now.bits) + hidden(side, say);
  const parts = [`${head} · ${phrase("bits", { bits: now.bits })}`];
  if (now.physical === null) parts.push(phrase("nowIs", { value: value(now.guest) }));
  else {
    parts.push(phrase("guestHas", { value: value(now.guest) }));
    parts.push(phrase("processorHas", { value: value(now.physical) }));
  }
  return parts;
}

function hidden({ hidden }: RegisterNow, { phrase }: Say): string {
  return hidden === null
    ? ""
    : ` · ${phrase("base", { base: code(hex(hidden.base)), limit: code(hex(hidden.limit)) })}`;
}

function valueText(value: number, bits: number): string {
  const signed = bits === 32 ? value | 0 : bits === 16 ? (value << 16) >> 16 : (value << 24) >> 24;
  const decimal = signed < 0 ? `${value} = ${signed}` : `${value}`;
  return `${code(hex(value, bits / 4))} = ${decimal}`;
}

function name(card: NameCard, say: Say): string[] {
  const { phrase } = say;
  const takes = card.parameters === null ? "" : ` · ${plain(phrase("takes", { parameters: card.parameters }))}`;
  const parts = [`**${plain(card.name)}** · ${phrase(`kind.${card.is}`)}${takes}`];
  if (card.comment !== "") parts.push(plain(card.comment).replaceAll("\n", "  \n"));
  parts.push(...valuesOf(card, say));
  if (card.definition !== null) {
    const { file, line, text } = card.definition;
    if (text !== "") parts.push(`\`\`\`\n${text}\n\`\`\``);
    const uses = phrase("uses", { count: card.references });
    parts.push(`${plain(phrase("definedAt", { file, line }))} · ${uses}`);
  }
  return parts;
}

function valuesOf({ value, now }: NameCard, { phrase }: Say): string[] {
  const show = (number: number): string => `${code(hex(number))} = ${number >>> 0}`;
  if (now === null) return value === null ? [] : [phrase("inText", { value: show(value) })];
  const parts = [phrase("nowIs", { value: show(now.value) })];
  if (value !== null && value >>> 0 !== now.value) parts.push(phrase("inText", { value: show(value) }));
  if (now.isLabel) {
    const some = now.bytes.some((byte) => byte !== null);
    const text = now.bytes.map((byte) => (byte === null ? "--" : hex(byte, 2))).join(" ");
    const chars = now.bytes.map((byte) =>
      byte !== null && byte >= 32 && byte < 127 ? String.fromCharCode(byte) : ".",
    );
    parts.push(some ? phrase("there", { bytes: `${code(text)} ${code(chars.join(""))}` }) : phrase("unmapped"));
  }
  return parts;
}
