import { describe, expect, it } from "vitest";
import type { CompareResult } from "../../src/cli/commands/compare.ts";
import type { OpenResult } from "../../src/cli/commands/open.ts";
import type { ShareResult } from "../../src/cli/commands/share.ts";
import type { RunResult } from "../../src/cli/result.ts";
import { decodeLink, encodeLink } from "../../src/share/link.ts";
import { file, refuses, ringside, ringsideJson } from "./cli.ts";
import { type Definitions, violations } from "./schema.ts";

const BT = ["--vmm", "binary-translation"] as const;
const POPF = "programs/sensitive/popf.asm";
const HELLO = "programs/hello-uart.asm";
/** STR in user code tells what the real task register holds, unless that code is translated as well. */
const LEAK = () =>
  file(
    "leak.asm",
    `BITS 32
ORG 0x100000
%include "lib/machine.inc"
start: mov esp, KERNEL_STACK
 call segments_init
 call interrupts_init
 gate 0x80, done, USER_TRAP_GATE
 mov eax, user
 mov ecx, STACK_1
 jmp enter_user
user: str ax
 int 0x80
done: exit 0
%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
`,
  );

describe("the options of a strategy", () => {
  it("change how it runs the guest, and are in the result", async () => {
    const plain = await ringsideJson<RunResult>(["run", POPF, ...BT]);
    const without = await ringsideJson<RunResult>(["run", POPF, ...BT, "--option", "callouts-only"]);
    expect(plain.options).toEqual([]);
    expect(without.options).toEqual(["callouts-only"]);
    expect(without.digest).toBe(plain.digest);
    expect(without.translation!.callouts.instruction).toBeGreaterThan(plain.translation!.callouts.instruction!);
    const { out } = await ringside(["run", HELLO, ...BT, "--option", "translate-user,callouts-only"]);
    expect(out).toMatch(/\(binary-translation, translate-user, callouts-only\)\n$/);
    expect(out).toMatch(/^translated \d+ units of \d+ instructions/m);
  });

  it("close the leak of user code that runs directly, and compare knows them", async () => {
    const leaky = await ringsideJson<CompareResult>(["compare", LEAK(), ...BT], 3);
    expect(leaky.difference).toMatchObject({ mnemonic: "str" });
    await ringsideJson(["compare", LEAK(), ...BT, "--option", "translate-user"]);
  });

  it("go with share, open, trace and debug", async () => {
    const { link } = await ringsideJson<ShareResult>([
      "share",
      HELLO,
      ...BT,
      "--option",
      "callouts-only",
      "--steps",
      "50",
    ]);
    expect(decodeLink(link)).toMatchObject({ ok: true, record: { options: ["callouts-only"] } });
    const opened = await ringsideJson<OpenResult>(["open", link, "--run"]);
    expect(opened).toMatchObject({
      options: ["callouts-only"],
      verified: true,
      result: { options: ["callouts-only"] },
    });
    expect((await ringside(["open", link])).out).toMatch(/options +callouts-only/);
    expect((await ringside(["trace", HELLO, ...BT, "--option", "callouts-only"])).err).toContain("callouts-only");
    expect((await ringside(["debug", HELLO, ...BT, "--option", "callouts-only", "-c", "si"])).code).toBe(0);
  });

  it("are left out of a link where none is on", async () => {
    const { link } = await ringsideJson<ShareResult>(["share", HELLO, ...BT]);
    const decoded = decodeLink(link);
    expect(decoded.ok && "options" in decoded.record).toBe(false);
  });

  it("are refused where the strategy does not have them, in words", async () => {
    await refuses(
      ["run", HELLO, ...BT, "--option", "translate-users"],
      ['"translate-users"', "did you mean translate-user?"],
    );
    await refuses(
      ["run", HELLO, "--option", "translate-user"],
      ["bare-metal has no options", "these strategies have some: binary-translation, vtx"],
    );
    await refuses(["compare", HELLO, ...BT, "--option", "fast"], ["is not an option of binary-translation"]);
  });

  it("of a link that are not known here are passed over, with a word", async () => {
    const { link } = await ringsideJson<ShareResult>(["share", HELLO, ...BT]);
    const decoded = decodeLink(link);
    if (!decoded.ok) throw new Error(decoded.words.en);
    const strange = encodeLink({ ...decoded.record, options: ["of-tomorrow", "callouts-only"] });
    const { code, out, err } = await ringside(["open", strange]);
    expect(code).toBe(0);
    expect(err).toContain("passed over: of-tomorrow");
    expect(out).toMatch(/options +callouts-only\n/);
  });

  it("and the counts of a translator are in the schema", async () => {
    const printed = JSON.parse((await ringside(["schema"])).out) as Definitions & { strategies: object };
    expect(printed.strategies).toMatchObject({ "binary-translation": { options: [{ id: "translate-user" }, {}] } });
    for (const vmm of ["bare-metal", "binary-translation"]) {
      const result = await ringsideJson(["run", HELLO, "--vmm", vmm]);
      expect(violations(printed, "RunResult", result)).toEqual([]);
    }
  });
});
