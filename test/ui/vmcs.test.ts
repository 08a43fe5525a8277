import { describe, expect, it } from "vitest";
import type { VmcsFieldView } from "../../src/session/inspect/vmx-field.ts";
import { build, draftOf, emptyDraft } from "../../src/ui/panels/breakpoints/draft.ts";
import { SHAPES, shapeOf } from "../../src/ui/panels/timeline/shapes.ts";
import { fieldFits } from "../../src/ui/panels/vmcs/field-fits.ts";
import { asksForVmx, initialState, type State } from "../../src/ui/store/state.ts";

const field = (name: string, encoding: number, high: number | null): VmcsFieldView =>
  ({ name, encoding, high, title: { en: "EPT pointer", zh: "EPT 指针" } }) as unknown as VmcsFieldView;

describe("a field of the VMCS is found", () => {
  const pointer = field("eptPointer", 0x201a, 0);
  it.each(["", "ept p", "EPTPOINTER", "指针", "201a", "0x201A", "201Ah", "201b"])("by “%s”", (search) => {
    expect(fieldFits(pointer, search)).toBe(true);
  });
  it("not by the encoding of another, nor by a half that it does not have", () => {
    expect(fieldFits(pointer, "201c")).toBe(false);
    expect(fieldFits(field("guestCr0", 0x6800, null), "6801")).toBe(false);
  });
});

describe("breakpoints of VT-x", () => {
  it.each([
    { kind: "vm-exit", reason: null },
    { kind: "vm-exit", reason: 48 },
    { kind: "vm-fail" },
    { kind: "vm-switch" },
  ] as const)("come out of the form as they went in: %o", (at) => {
    expect(build(draftOf({ id: "b1", at }), () => null)).toEqual({ ok: true, breakpoint: { at } });
  });
  it("of a new one stop at any exit", () => {
    expect(build(emptyDraft("vm-exit"), () => null)).toMatchObject({ breakpoint: { at: { reason: null } } });
  });
});

it("a single exit, entry or failure has a shape of its own, several together that of their lane", () => {
  const shapes = (["vm-exit", "vm-entry", "vm-fail"] as const).map((kind) => shapeOf("vmx", { kind, count: 1 }).path);
  expect(new Set(shapes).size).toBe(3);
  expect(shapeOf("vmx", { kind: "vm-exit", count: 2 })).toBe(SHAPES.vmx);
});

it("a program asks for VT-x by a line of its header alone", () => {
  const asks = (text: string) => asksForVmx({ ...initialState, document: { text } } as unknown as State);
  expect(asks("; title: a\n; processor: vt-x\nBITS 32\n")).toBe(true);
  expect(asks("BITS 32 ; processor: vt-x\n")).toBe(false);
  expect(asksForVmx(initialState)).toBe(false);
});
