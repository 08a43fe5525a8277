import { describe, expect, it } from "vitest";
import { assemble } from "../../src/asm/assemble.ts";
import { missingOracle, nasm } from "./nasm.ts";

const bytesOf = (source: string, defines: readonly string[]) => {
  const { ok, bytes, diagnostics } = assemble(source, { name: "t.asm", defines });
  return ok ? Buffer.from(bytes).toString("hex") : diagnostics.map(({ message }) => message.en);
};

const SOURCE = `
%ifdef XEN
        db 1
%ifnempty XEN
        dd XEN
%endif
%else
        db 2
%endif
%if SIZE > 4
        db SIZE, 'SIZE', SIZE + 1
%endif
%ifndef NAME
        db 3
%endif
`;

describe("macros given from outside are defined before the first line", () => {
  it("a name alone, a name with a value", () => {
    expect(bytesOf("%ifdef XEN\ndb 1\n%else\ndb 2\n%endif", ["XEN"])).toBe("01");
    expect(bytesOf("%ifdef XEN\ndb 1\n%else\ndb 2\n%endif", [])).toBe("02");
    expect(bytesOf("db SIZE, SIZE * 2", ["SIZE=3+1"])).toBe("0405");
    expect(bytesOf("db TEXT", ["TEXT='a=b'"])).toBe("613d62");
  });

  it("of one name, the last", () => {
    expect(bytesOf("db A", ["A=1", "A=2"])).toBe("02");
  });

  it("the source may change them, in every pass anew", () => {
    const source = "%ifdef XEN\n%undef XEN\n%define XEN 9\n%endif\njmp far_away\ndb XEN\ntimes 200 nop\nfar_away:";
    expect(bytesOf(source, ["XEN=5"])).toMatch(/^e9c900000009/);
  });

  it("they reach included files", () => {
    const { bytes } = assemble('%include "a.inc"', {
      name: "t.asm",
      defines: ["XEN"],
      resolve: () => "%ifdef XEN\ndb 7\n%endif",
    });
    expect([...bytes]).toEqual([7]);
  });

  it.skipIf(missingOracle() !== null).each([[["XEN", "SIZE=8"]], [["XEN=12", "SIZE=2", "NAME"]], [["SIZE=0x10"]]])(
    "as NASM has them: %j",
    (defines) => {
      const { bytes } = nasm(SOURCE, [], defines);
      expect(bytesOf(SOURCE, defines)).toBe(Buffer.from(bytes!).toString("hex"));
    },
  );
});
