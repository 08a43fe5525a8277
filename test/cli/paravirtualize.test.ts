import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { PortResult } from "../../src/cli/commands/paravirtualize.ts";
import type { RunResult } from "../../src/cli/result.ts";
import { file, ringside, ringsideJson } from "./cli.ts";
import { type Definitions, violations } from "./schema.ts";

const PUSHF = "programs/sensitive/pushf.asm";
const folder = mkdtempSync(join(tmpdir(), "ringside-port-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("paravirtualize", () => {
  it("prints each change under its note, what stays, and how much it is", async () => {
    const { code, out, err } = await ringside(["paravirtualize", PUSHF]);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain("vcpu_info.evtchn_upcall_mask\n  The flags with IF as the guest has it");
    expect(out).toContain(`    ${PUSHF}:20  pv pushfd\n`);
    expect(out).toMatch(/pushf\.asm: 7 of \d+ lines changed in 2 files, 216 bytes natively, [\d,]+ with the wedge/);
    const chinese = await ringside(["paravirtualize", PUSHF, "--lang", "zh"]);
    expect(chinese.out).toContain("虚拟 IF 是客户机与 Xen 共享的一个字节");
  });

  it.each(["pre-virtualization", "pv-ops"])("writes what runs under Xen and on bare metal, as %s", async (style) => {
    const output = join(folder, style);
    const { code, out } = await ringside(["paravirtualize", PUSHF, "--style", style, "--output", output]);
    expect(code).toBe(0);
    const port = join(output, "pushf-xen.asm");
    expect(out).toContain(`written to ${port}\n`);
    const serial = "after CLI, IF is 0\n";
    expect(await ringsideJson<RunResult>(["run", port])).toMatchObject({ outcome: "exited", serial });
    const xen = await ringsideJson<RunResult>(["run", port, "--vmm", "paravirtual"]);
    expect(xen).toMatchObject({ outcome: "exited", serial });
    // Once more over its own output, and it is the same.
    expect((await ringside(["paravirtualize", PUSHF, "--style", style, "--output", output])).code).toBe(0);
  });

  it("prints JSON as the schema has it", async () => {
    const schema = JSON.parse((await ringside(["schema"])).out) as Definitions;
    const result = await ringsideJson<PortResult>(["paravirtualize", PUSHF, "--style", "pv-ops"]);
    expect(violations(schema, "Port", result)).toEqual([]);
    expect(result).toMatchObject({ ok: true, style: "pv-ops", main: "pushf-xen.asm", output: null });
    const refused = await ringside(["paravirtualize", "programs/page-editor.asm", "--json"]);
    expect(refused.code).toBe(2);
    expect(violations(schema, "Port", JSON.parse(refused.out))).toEqual([]);
  });

  it("refuses with place, reason and remedy, and writes nothing", async () => {
    const output = join(folder, "refused");
    const { code, out, err } = await ringside(["paravirtualize", "programs/page-editor.asm", "--output", output]);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain("programs/lib/paging.inc:14: refused: CR3 gets a page directory.");
    expect(err).toContain("mmu_update");
    expect(existsSync(output)).toBe(false);
  });

  it("never writes over the source", async () => {
    const source = file("guest-xen.asm", 'start: cli\n%include "other-xen.inc"\n');
    file("other-xen.inc", "nop\n");
    const own = file("guest.asm", 'start: cli\n%include "guest-xen.asm"\n'.replace("start: cli", "begin: cli"));
    const { code, err } = await ringside(["paravirtualize", own, "--output", join(own, "..")]);
    expect(code).toBe(2);
    expect(err).toContain("is a file of the source; give another folder");
    expect(readFileSync(source, "utf8")).toBe('start: cli\n%include "other-xen.inc"\n');
  });

  it("says what is wrong with the source, the style or the file", async () => {
    const bad = file("bad.asm", "cli eax\n");
    expect(await ringside(["paravirtualize", bad])).toMatchObject({ code: 2, out: "" });
    const style = await ringside(["paravirtualize", PUSHF, "--style", "pv-op"]);
    expect(style.err).toContain("did you mean pv-ops?");
    expect((await ringside(["paravirtualize", "no.asm"])).err).toContain("there is no such file");
  });
});
