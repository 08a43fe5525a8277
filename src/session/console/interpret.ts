import { suggest } from "../../asm/suggest.ts";
import { VMCS_FIELD_LIST } from "../../isa/vmcs.ts";
import { REGISTER_NAMES } from "../expression/registers.ts";
import type { Inspected } from "../inspect/index.ts";
import { Call, ConsoleError, words } from "./call.ts";
import type { CompleteAnswer, CompleteAsk, ConsoleAnswer, ConsoleAsk, VerbFact } from "./types.ts";
import { GROUPS, HELP, INFO, TOPICS, VERBS, type Verb } from "./verbs.ts";

const MAX_LINE = 1000;
/** A verb with its format, and the rest. `?` and names with minus signs are verbs too. */
const LINE = /^([a-z][a-z-]*|\?)(?:\/(\S*))?(?:\s+(.*))?$/is;

/**
 * Carries out a line of the command line, in gdb's and Bochs's words: says what it has to say, and names what is to be
 * done besides. Reads the session at its present moment and changes nothing.
 */
export function interpret(at: Inspected, ask: ConsoleAsk): ConsoleAnswer {
  const text = ask.line.trim();
  const failed = new Call(at, ask, "", text);
  try {
    if (text.length > MAX_LINE) throw new ConsoleError(words("That line is too long.", "这一行太长。"));
    const found = LINE.exec(text);
    if (!found) {
      throw new ConsoleError(
        words("A line begins with a verb: `help` lists them.", "每行以命令开头：help 列出所有命令。"),
      );
    }
    const [, name = "", format = "", rest = ""] = found;
    const call = new Call(at, ask, format, rest.trim());
    run(call, name.toLowerCase());
    return { lines: call.lines, failed: false, effects: call.effects };
  } catch (error) {
    if (!(error instanceof ConsoleError)) throw error;
    failed.say(error.words);
    return { lines: failed.lines, failed: true, effects: [] };
  }
}

function run(call: Call, name: string): void {
  const found = resolve(name, [...VERBS, INFO, HELP], (near) => near);
  if (found === HELP) {
    help(call);
    return;
  }
  if (found !== INFO) {
    (found as Verb).run(call);
    return;
  }
  const [, topic = "", rest = ""] = /^(\S*)\s*(.*)$/s.exec(call.rest)!;
  if (topic === "") {
    throw new ConsoleError(words(`info takes: ${topicNames()}.`, `info 接受：${topicNames("、")}。`));
  }
  const about = resolve(topic.toLowerCase(), TOPICS, (near) => `info ${near}`) as Verb;
  about.run(call.with(rest));
}

const topicNames = (between = ", ") => TOPICS.map((topic) => topic.names[0]).join(between);

/** By its name, or the only one that begins so. */
function resolve(name: string, verbs: readonly VerbFact[], shown: (near: string) => string): VerbFact {
  const exact = verbs.find((verb) => verb.names.includes(name));
  if (exact) return exact;
  const beginning = verbs.filter((verb) => verb.names.some((one) => one.startsWith(name)));
  if (beginning.length === 1) return beginning[0]!;
  if (beginning.length > 1) {
    const all = beginning.map((verb) => shown(verb.names.find((one) => one.startsWith(name))!)).join(", ");
    throw new ConsoleError(words(`"${name}" may be: ${all}.`, `“${name}”可能是：${all}。`));
  }
  const near = suggest(
    name,
    verbs.flatMap((verb) => verb.names),
  );
  const list = verbs === TOPICS ? topicNames() : null;
  throw new ConsoleError(
    words(
      `There is no "${shown(name)}".${near ? ` Did you mean \`${shown(near)}\`?` : ""} ${list ? `There are: ${list}.` : "`help` lists all verbs."}`,
      `没有“${shown(name)}”。${near ? `是不是 ${shown(near)}？` : ""}${list ? `现有：${list}。` : "help 列出所有命令。"}`,
    ),
  );
}

function help(call: Call): void {
  const name = call.rest.trim().toLowerCase();
  if (name !== "") {
    const topic = /^(?:info|i)\s+(\S+)$/.exec(name);
    const found = topic
      ? resolve(topic[1]!, TOPICS, (near) => `info ${near}`)
      : resolve(name, [...VERBS, INFO, HELP], (near) => near);
    call.say(found.usage, `  ${call.in(found.words)}`);
    if (found.names.length > 1)
      call.say(words(`  also: ${found.names.slice(1).join(", ")}`, `  又名：${found.names.slice(1).join("、")}`));
    if (found === INFO) for (const one of TOPICS) call.say(`  ${one.usage.padEnd(34)} ${call.in(one.words)}`);
    return;
  }
  for (const [group, title] of GROUPS) {
    call.say(title);
    for (const verb of [...VERBS, INFO, HELP].filter((one) => one.group === group)) {
      const usage = verb === INFO ? "info TOPIC" : verb.usage;
      call.say(`  ${usage.padEnd(34)} ${call.in(verb.words)}`);
    }
  }
  call.say(
    words(
      "Names may be shortened while they are unambiguous. Registers and memory are the guest's; `real` before the arguments means the processor's own.",
      "命令名可缩写到不致混淆为止。寄存器与内存默认是客户机所见；参数前加 real 表示处理器的真实状态。",
    ),
  );
}

const MOST_CANDIDATES = 200;

/** What the word before the cursor may become: a verb, a topic of `info`, else a symbol or a register. */
export function complete({ program, run }: Inspected, { text }: CompleteAsk): CompleteAnswer {
  const first = /^\s*(\S*)$/.exec(text);
  if (first && !first[1]!.includes("/")) {
    return candidates(
      text.length - first[1]!.length,
      first[1]!,
      [...VERBS, INFO, HELP].flatMap((verb) => verb.names),
    );
  }
  const topic = /^\s*(?:info|i|help\s+info)\s+(\S*)$/i.exec(text);
  if (topic)
    return candidates(
      text.length - topic[1]!.length,
      topic[1]!,
      TOPICS.flatMap((one) => one.names),
    );
  if (/^\s*(?:help|h)\s+\S*$/i.test(text)) {
    const word = /\S*$/.exec(text)![0];
    return candidates(
      text.length - word.length,
      word,
      [...VERBS, INFO, HELP].flatMap((verb) => verb.names),
    );
  }
  const switched = /^\s*option\s+(\S*)$/i.exec(text);
  if (switched)
    return candidates(
      text.length - switched[1]!.length,
      switched[1]!,
      (run.strategy.options ?? []).map(({ id }) => id),
    );
  const word = /\$?[A-Za-z_.@][\w.@#~]*$/.exec(text)?.[0] ?? "";
  const symbols = program.program.symbols.map(({ name }) => name);
  const fields = /^\$?vmcs\./i.test(word) ? VMCS_FIELD_LIST.map(({ name }) => `vmcs.${name}`) : [];
  const registers = [...REGISTER_NAMES.keys(), ...fields].map((name) => (word.startsWith("$") ? `$${name}` : name));
  return candidates(text.length - word.length, word, word === "" ? [] : [...symbols, ...registers]);
}

function candidates(from: number, word: string, all: readonly string[]): CompleteAnswer {
  const lower = word.toLowerCase();
  const fitting = [...new Set(all.filter((name) => name.toLowerCase().startsWith(lower)))].sort();
  return { from, candidates: fitting.slice(0, MOST_CANDIDATES) };
}
