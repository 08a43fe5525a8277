import type { Words } from "../../isa/types.ts";
import type { TimedInput } from "../../session/types.ts";
import { includedBy, namesOther } from "./needed.ts";

/** What the picker knows of a program before its text is fetched. */
export interface LibraryProgram {
  /** The path under `programs/` without its ending: `sensitive/popf`. */
  readonly id: string;
  /** The path under `programs/`. */
  readonly path: string;
  readonly title: Words;
  readonly topic: string;
  readonly order: number;
  /** It is shown with keys or bytes from outside: `details` has them. */
  readonly hasInputs?: true;
  /** It only runs beside others: no program of the picker, but a file that can be included. */
  readonly isCompanion?: true;
}

/** What is known of a program once it is opened. */
export interface ProgramDetails {
  readonly summary: Words;
  /** Keys and bytes from outside that the program is shown with. */
  readonly inputs: readonly TimedInput[];
}

/** The programs that come with the page. */
export interface Library {
  /** In the order of the picker: by topic, then by the order that the header states. */
  readonly programs: readonly LibraryProgram[];
  find(id: string): LibraryProgram | undefined;
  /** The rest of what a program's header says, by its path. */
  details(path: string): Promise<ProgramDetails>;
  /** The text of a program, by its path. */
  source(path: string): Promise<string>;
  /**
   * The files that a program may include, by their paths under `programs/`: those of `lib/`, and where one of its `texts`
   * names another (or where none are given), all that there are, with the programs that run beside others and those that
   * a text includes as they are.
   */
  includes(main?: string, texts?: readonly string[]): Promise<Readonly<Record<string, string>>>;
}

/** Topics in the order in which they are learnt; others follow by name. */
const TOPICS = [
  "lesson",
  "sensitive",
  "protection",
  "interrupts",
  "faults",
  "paging",
  "tasks",
  "devices",
  "compute",
  "vmx",
];

function topicRank(topic: string): number {
  const at = TOPICS.indexOf(topic);
  return at < 0 ? TOPICS.length : at;
}

/** Makes a library of an index and the means to fetch texts. */
export function makeLibrary(
  index: readonly Omit<LibraryProgram, "id">[],
  texts: Pick<Library, "details" | "source"> & {
    includes(): Promise<Readonly<Record<string, string>>>;
    /** Those that only ports and hypervisors include. */
    portIncludes(): Promise<Readonly<Record<string, string>>>;
  },
): Library {
  const companions = index.filter(({ isCompanion }) => isCompanion).map(({ path }) => path);
  const programs = index
    .filter(({ isCompanion }) => !isCompanion)
    .map((entry) => ({ ...entry, id: entry.path.replace(/\.asm$/, "") }));
  programs.sort(
    (a, b) =>
      topicRank(a.topic) - topicRank(b.topic) ||
      a.topic.localeCompare(b.topic) ||
      a.order - b.order ||
      a.id.localeCompare(b.id),
  );
  const paths = new Set(programs.map(({ path }) => path));
  const byId = new Map(programs.map((program) => [program.id, program]));
  const includes = async (main = "", of?: readonly string[]) => {
    const common = await texts.includes();
    if (of !== undefined && !of.some((text) => namesOther(main, text, common))) return common;
    const named = (of ?? []).flatMap((text) => includedBy(main, text)).filter((path) => paths.has(path));
    const beside = [...companions, ...named].map(async (path) => [path, await texts.source(path)] as const);
    return { ...common, ...(await texts.portIncludes()), ...Object.fromEntries(await Promise.all(beside)) };
  };
  const { details, source } = texts;
  return { programs, find: (id) => byId.get(id), details, source, includes };
}
