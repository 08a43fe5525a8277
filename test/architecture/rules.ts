import { importsOf, isNode, lineOf, type Source, type SyntaxNode, stringOf, walk } from "./source.ts";

/** What a folder of src may import from others: when the program runs, and for types alone. */
interface Layer {
  readonly uses: readonly string[];
  /** Folders besides `uses` from which only types may come. */
  readonly types?: readonly string[];
  /** npm packages, and `node:` for Node's own modules. */
  readonly libraries: readonly string[];
  readonly instead: string;
}

const BELOW_SESSION = ["recorder", "vmm", "asm", "machine", "cpu", "devices"];

/** The layers, after the design's `ui -> worker -> session -> {recorder, vmm, asm} -> machine -> {cpu, devices} -> isa`. */
export const LAYERS: Readonly<Record<string, Layer>> = {
  isa: {
    uses: [],
    libraries: [],
    instead: "isa is data that everybody imports: put the code that needs more above it.",
  },
  cpu: {
    uses: ["isa"],
    libraries: [],
    instead:
      "The processor sees the rest of the computer through Bus (cpu/bus.ts): add a method there, and let machine implement it.",
  },
  devices: {
    uses: ["isa"],
    libraries: [],
    instead:
      "A device does not know where it is mapped or who uses it: pass what it needs to its constructor, from machine.",
  },
  machine: {
    uses: ["cpu", "devices", "isa"],
    libraries: [],
    instead:
      "The machine has never heard of VMMs or sessions: a tenant registers itself with the machine; pass a callback or a table in.",
  },
  asm: {
    uses: ["isa"],
    types: ["cpu"],
    libraries: [],
    instead: "The assembler and disassembler work from the rows in isa and from cpu/decode.ts alone.",
  },
  vmm: {
    uses: ["machine", "cpu", "devices", "isa"],
    libraries: [],
    instead: "A VMM is a tenant of the machine: what watches it (recorder, session) calls it, not the other way round.",
  },
  recorder: {
    uses: ["machine", "cpu", "devices", "isa"],
    types: ["vmm"],
    libraries: [],
    instead:
      "The recorder takes what it needs of a VMM as plain data or as an interface: session puts the two together.",
  },
  session: {
    uses: [...BELOW_SESSION, "isa", "share"],
    libraries: ["valibot"],
    instead: "The session is headless: return data, and let worker, cli or ui do the rest.",
  },
  share: {
    uses: [],
    libraries: ["fflate", "valibot"],
    instead: "share sees plain data only: let the caller turn its objects into a record first.",
  },
  worker: {
    uses: ["session", "share", "isa", ...BELOW_SESSION],
    libraries: ["comlink", "fflate", "valibot"],
    instead: "The worker is the session behind a protocol: add a method to the session and call that.",
  },
  cli: {
    uses: ["session", "share", "isa", ...BELOW_SESSION],
    libraries: ["node:", "commander", "valibot"],
    instead: "The command line is the session behind a shell: add a method to the session and call that.",
  },
  ui: {
    uses: ["worker", "share", "isa"],
    types: ["session", ...BELOW_SESSION],
    libraries: ["*"],
    instead: "The page asks the worker (src/worker); facts come from isa. Add a method to the protocol and call that.",
  },
};

/** Single files that a layer may import besides its folders. */
const EXCEPTIONS: Readonly<Record<string, readonly string[]>> = {
  asm: ["src/cpu/decode.ts", "src/cpu/insn.ts"],
  // Reads the comments at the head of a program's text, and loads nothing of the simulation.
  ui: ["src/session/program-header.ts"],
};

/** The layers without the DOM, without timers, deterministic. */
export const CORE = ["isa", "asm", "cpu", "devices", "machine", "vmm", "recorder", "session", "share"];

/** The folder below src that a path belongs to, or "". */
export function layerOf(path: string): string {
  return /^src\/([^/]+)\//.exec(path)?.[1] ?? "";
}

/** What is wrong with a file's imports, a sentence each, with what to do instead. */
export function badImports(source: Source): string[] {
  const from = layerOf(source.path);
  const layer = LAYERS[from];
  if (layer === undefined)
    return [`${source.path}: no rule for src/${from}. Add its layer to test/architecture/rules.ts.`];
  const problems: string[] = [];
  for (const { specifier, path, typeOnly } of importsOf(source)) {
    if (path === null) {
      const name = specifier.startsWith("node:") ? "node:" : libraryName(specifier);
      if (layer.libraries.includes(name) || (layer.libraries.includes("*") && name !== "node:")) continue;
    } else {
      const to = layerOf(path);
      if (to === from || layer.uses.includes(to)) continue;
      if (typeOnly && layer.types?.includes(to)) continue;
      if (EXCEPTIONS[from]?.includes(path)) continue;
      // Programs and styles are data that a front end may bundle.
      if (to === "" && ["ui", "worker", "cli"].includes(from)) continue;
    }
    problems.push(`${source.path} imports ${specifier}. ${layer.instead}`);
  }
  return problems;
}

function libraryName(specifier: string): string {
  const [first = "", second = ""] = specifier.split("/");
  return first.startsWith("@") ? `${first}/${second}` : first;
}

/** Names of the surroundings that would make a run depend on more than its inputs, with what to use instead. */
const AMBIENT: Readonly<Record<string, string>> = {
  Date: "Virtual time is the machine's ticks.",
  performance: "Virtual time is the machine's ticks; measuring belongs to test/bench.",
  setTimeout: "Let the caller run the core in slices.",
  setInterval: "Let the caller run the core in slices.",
  setImmediate: "Let the caller run the core in slices.",
  queueMicrotask: "Let the caller run the core in slices.",
  requestAnimationFrame: "Let the caller run the core in slices.",
  console: "Return data; worker, cli and ui show it.",
  process: "Take what is needed as an argument.",
  crypto: "Take random bytes as a recorded input.",
  window: "The core runs without a page.",
  document: "The core runs without a page.",
  localStorage: "The core keeps nothing: return data.",
  fetch: "Input arrives as arguments and recorded events.",
};

/** Uses of the surroundings in a file of the core, a sentence each. */
export function ambientUses(source: Source): string[] {
  const problems: string[] = [];
  walk(source.root, (node, parent, key) => {
    if (node.type !== "Identifier") return;
    if (parent !== null && isNameOnly(parent, key)) return;
    const name = String(node.name);
    const at = `${source.path}:${lineOf(source, node.start)}`;
    const instead = AMBIENT[name];
    if (instead !== undefined && Object.hasOwn(AMBIENT, name) && !isDeclaredIn(source, name))
      problems.push(`${at} uses ${name}. ${instead}`);
    const property = parent?.type === "MemberExpression" ? (parent.property as SyntaxNode) : null;
    if (name === "Math" && property?.name === "random")
      problems.push(`${at} uses Math.random. Take a seed, or record the value as an input.`);
  });
  return problems;
}

/** Whether an identifier at this place names a property, a member or a label, and refers to no variable. */
function isNameOnly(parent: SyntaxNode, key: string): boolean {
  if (parent.type === "MemberExpression") return key === "property" && parent.computed !== true;
  if (key === "key") return parent.computed !== true && parent.shorthand !== true;
  return parent.type.startsWith("TS") || key === "imported" || key === "exported" || key === "label";
}

/** Whether the file has a variable or parameter of this name of its own. */
function isDeclaredIn(source: Source, name: string): boolean {
  let declared = false;
  walk(source.root, (node, parent, key) => {
    if (node.type !== "Identifier" || node.name !== name || parent === null) return;
    if (key === "params" || key === "local" || key === "id") declared = true;
  });
  return declared;
}

/** Places outside src/vmm where something is decided by which strategy it is; `names` are the strategies' ids. */
export function strategyDecisions(source: Source, names: readonly string[]): string[] {
  const problems: string[] = [];
  walk(source.root, (node) => {
    const isChoice =
      (node.type === "BinaryExpression" && /^[!=]==?$/.test(String(node.operator)) && comparesStrategy(node, names)) ||
      (node.type === "SwitchStatement" && namesStrategy(node.discriminant));
    if (!isChoice) return;
    problems.push(
      `${source.path}:${lineOf(source, node.start)} decides by the name of the strategy. ` +
        "Give the registry row in src/vmm a field that says what differs, and read that field here.",
    );
  });
  return problems;
}

function comparesStrategy(node: SyntaxNode, names: readonly string[]): boolean {
  const sides = [node.left, node.right];
  const constants = sides.map(stringOf);
  if (constants.some((text) => text !== null && names.includes(text))) return true;
  return sides.some(namesStrategy) && sides.some((side, i) => constants[i] !== null || isConstantName(side));
}

function namesStrategy(node: unknown): boolean {
  if (!isNode(node)) return false;
  if (node.type === "Identifier") return /^strategy(Id|Name)?$/i.test(String(node.name));
  if (node.type !== "MemberExpression") return false;
  return namesStrategy(node.property) || namesStrategy(node.object);
}

function isConstantName(node: unknown): boolean {
  return isNode(node) && node.type === "Identifier" && /^[A-Z][A-Z_]+$/.test(String(node.name));
}
