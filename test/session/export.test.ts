import { describe, expect, test } from "vitest";
import { exportHead, exportRows, exportTail } from "../../src/session/export.ts";
import type { EventView } from "../../src/session/types.ts";

const event = (index: number, parts: Partial<EventView> = {}): EventView => ({
  index,
  step: index * 10,
  tick: index,
  cycles: 1234,
  kind: "trap",
  tenant: "vmm",
  domain: null,
  cplBefore: 1,
  cplAfter: 0,
  eip: 0x100000,
  row: "popf",
  vector: 13,
  errorCode: null,
  title: { en: "Trap", zh: "陷入" },
  reason: { en: 'It said "no", twice', zh: "它说“不”" },
  source: { file: "a.asm", line: 7 },
  ...parts,
});

const whole = (format: "csv" | "json", pieces: readonly (readonly EventView[])[], language: "en" | "zh" = "en") =>
  exportHead(format) +
  pieces.map((piece, i) => exportRows(piece, format, language, i === 0)).join("") +
  exportTail(format);

describe("an exported event log", () => {
  test("is a table with quotes doubled and lines ended as RFC 4180 has it", () => {
    expect(whole("csv", [[event(0)]])).toBe(
      "\ufeffindex,step,tick,cycles,kind,tenant,domain,cplBefore,cplAfter,eip,instruction,vector,errorCode,file,line,title,reason\r\n" +
        '0,0,0,1234,trap,vmm,,1,0,0x00100000,popf,13,,a.asm,7,Trap,"It said ""no"", twice"\r\n',
    );
  });
  test("is the same however it is cut into pieces", () => {
    const events = Array.from({ length: 5 }, (_, i) => event(i));
    for (const format of ["csv", "json"] as const) {
      expect(whole(format, [events.slice(0, 2), events.slice(2)])).toBe(whole(format, [events]));
    }
    expect(JSON.parse(whole("json", [events])).map((row: { index: number }) => row.index)).toEqual([0, 1, 2, 3, 4]);
  });
  test("is valid with no event at all", () => {
    expect(JSON.parse(whole("json", []))).toEqual([]);
  });
  test("speaks the reader's language", () => {
    expect(JSON.parse(whole("json", [[event(0)]], "zh"))[0]).toMatchObject({ title: "陷入", reason: "它说“不”" });
  });
  test("gives a spreadsheet nothing that it would take for a formula", () => {
    expect(whole("csv", [[event(0, { source: { file: "=cmd.asm", line: 1 } })]])).toContain(",'=cmd.asm,");
  });
});
