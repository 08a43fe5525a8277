import { expect, test } from "vitest";
import { registerGroups } from "../../src/ui/panels/registers/rows.ts";
import { registers, viewOf } from "./states.ts";

const rowOf = (view: ReturnType<typeof viewOf>, name: string) =>
  registerGroups(view)
    .flatMap((group) => group.rows)
    .find((row) => row.name === name);

test("a register that the guest is told otherwise is marked, and its flags one by one", () => {
  const view = viewOf({ physical: { ...registers, eflags: 0x202 }, guest: { ...registers, eflags: 0x2 } });
  expect(rowOf(view, "EFLAGS")).toMatchObject({ physical: "00000202", guest: "00000002", differs: true });
  expect(rowOf(view, "IF")).toMatchObject({ physical: "1", guest: "0", differs: true });
  expect(rowOf(view, "ZF")).toMatchObject({ differs: false });
});

test("what the last step changed carries its old value, a flag only where the flag itself changed", () => {
  const view = viewOf({
    changes: {
      physical: [
        { name: "eax", before: 0xab, after: 1 },
        { name: "eflags", before: 0x2, after: 0x202 },
        { name: "cs.selector", before: 8, after: 9 },
        { name: "cpl", before: 1, after: 0 },
      ],
      guest: [],
    },
  });
  expect(rowOf(view, "EAX")).toMatchObject({ wasPhysical: "000000ab", wasGuest: null });
  expect(rowOf(view, "IF")?.wasPhysical).toBe("0");
  expect(rowOf(view, "CF")?.wasPhysical).toBeNull();
  expect(rowOf(view, "CS")?.wasPhysical).toBe("0008");
  expect(rowOf(view, "CPL")?.wasPhysical).toBe("1");
});
