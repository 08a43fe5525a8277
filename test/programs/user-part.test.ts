import { describe, expect, it } from "vitest";
import { assembleFiles } from "../../src/session/program.ts";
import { findStrategy } from "../../src/vmm/registry.ts";
import { programFiles, programPaths } from "./library.ts";
import { portSize } from "./port-size.ts";

const PAGE = 0x1000;
const ports = programPaths.filter((path) => path.startsWith("xen/"));

describe.each(ports)("the port %s", (path) => {
  it("has its user part, if any, at the origin, the same bytes in both builds", () => {
    const native = assembleFiles(path, programFiles);
    const ported = assembleFiles(path, programFiles, findStrategy("paravirtual")!.defines);
    expect(native.symbols.has("user")).toBe(ported.symbols.has("user"));
    if (!native.symbols.has("user")) return;
    expect(native.symbols.get("user")!.value).toBe(native.origin);
    expect(ported.bytes.subarray(0, PAGE)).toEqual(native.bytes.subarray(0, PAGE));
  });
});

describe("the size of a port", () => {
  it("is its lines under the condition, without comments and the conditions themselves", () => {
    const source =
      "; a\nnop\n%ifdef XEN\n%ifdef X\nnop\n%else\nnop\n%endif\n\n%else\nhlt\n%endif\n%ifndef XEN\nhlt\n%endif\n";
    expect(portSize(source)).toEqual({ port: 2, native: 2, lines: 5 });
  });
});
