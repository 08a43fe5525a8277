import type { Words } from "../../isa/types.ts";
import type { TimedInput } from "../../session/types.ts";

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
  /** Every file that can be included, by its path under `programs/`. */
  includes(): Promise<Readonly<Record<string, string>>>;
}

/** Topics in the order in which they are learnt; others follow by name. */
const TOPICS = ["lesson", "sensitive", "protection", "interrupts", "faults", "paging", "tasks", "devices", "compute"];

function topicRank(topic: string): number {
  const at = TOPICS.indexOf(topic);
  return at < 0 ? TOPICS.length : at;
}

/** Makes a library of an index and the means to fetch texts. */
export function makeLibrary(
  index: readonly Omit<LibraryProgram, "id">[],
  texts: Pick<Library, "details" | "source" | "includes">,
): Library {
  const programs = index.map((entry) => ({ ...entry, id: entry.path.replace(/\.asm$/, "") }));
  programs.sort(
    (a, b) =>
      topicRank(a.topic) - topicRank(b.topic) ||
      a.topic.localeCompare(b.topic) ||
      a.order - b.order ||
      a.id.localeCompare(b.id),
  );
  const byId = new Map(programs.map((program) => [program.id, program]));
  return { programs, find: (id) => byId.get(id), ...texts };
}
