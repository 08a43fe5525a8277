import { suggest } from "../../asm/suggest.ts";
import { type Call, ConsoleError, words } from "./call.ts";

const USAGE = words(
  "For example: option exit-rdtsc on. `info options` lists what there is.",
  "例如：option exit-rdtsc on。info options 列出现有选项。",
);
const NONE = words("Whoever runs the guest here has no options.", "此处运行客户机的一方没有选项。");

/** `option NAME on|off`: a switch of the VMM's, from here on; recorded as an input. */
export function option(call: Call): void {
  const { strategy } = call.at.run;
  const known = strategy.options ?? [];
  if (known.length === 0) throw new ConsoleError(NONE);
  const [name = "", turned = "", ...more] = call.rest.trim().toLowerCase().split(/\s+/);
  if (name === "" || !/^(?:on|off)$/.test(turned) || more.length > 0) throw new ConsoleError(USAGE);
  const found = known.find(({ id }) => id === name);
  if (found === undefined) {
    const near = suggest(
      name,
      known.map(({ id }) => id),
    );
    throw new ConsoleError(
      words(
        `There is no option "${name}".${near ? ` Did you mean ${near}?` : ""} \`info options\` lists them.`,
        `没有选项“${name}”。${near ? `是不是 ${near}？` : ""}info options 列出所有选项。`,
      ),
    );
  }
  if (found.live !== true) {
    throw new ConsoleError(
      words(
        `${name} can be chosen before a run only: --option ${name}, or the machine menu.`,
        `${name} 只能在运行之前选择：--option ${name}，或机器菜单。`,
      ),
    );
  }
  call.do({ kind: "edit", event: { kind: "set-option", option: name, on: turned === "on" } });
}

/** `info options`: the strategy's switches, and which are on here. */
export function options(call: Call): void {
  const { strategy, options: on } = call.at.run;
  const known = strategy.options ?? [];
  if (known.length === 0) call.say(NONE);
  const state = { on: words("on", "启用"), off: words("off", "关闭") };
  for (const { id, name, live } of known) {
    const shown = call.in(on.includes(id) ? state.on : state.off);
    const when = live === true ? "" : call.in(words("  (before a run only)", "（仅限运行之前）"));
    call.say(`  ${id.padEnd(24)} ${shown.padEnd(4)} ${call.in(name)}${when}`);
  }
}
