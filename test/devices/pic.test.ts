import { describe, expect, test } from "vitest";
import { PicPair } from "../../src/devices/pic-pair.ts";

interface Setup {
  icw1?: number;
  icw4?: number;
}

/** Both controllers at vectors 20 and 28, nothing masked. */
function pair({ icw1 = 0x11, icw4 = 0x01 }: Setup = {}): PicPair {
  const pics = new PicPair();
  pics.writeMaster(0, icw1);
  for (const value of [0x20, 0x04, icw4]) pics.writeMaster(1, value);
  pics.writeSlave(0, icw1);
  for (const value of [0x28, 0x02, icw4 & ~0x10]) pics.writeSlave(1, value);
  return pics;
}

/** Acknowledges as long as an interrupt is pending: the vectors are `expected`. */
function check(pics: PicPair, expected: number[]): void {
  const vectors: number[] = [];
  while (pics.pending() && vectors.length < 20) vectors.push(pics.acknowledge());
  expect(vectors).toEqual(expected);
}

const EOI = 0x20;
const isr = (pics: PicPair) => {
  pics.writeMaster(0, 0x0b);
  return pics.readMaster(0);
};
const irr = (pics: PicPair) => {
  pics.writeMaster(0, 0x0a);
  return pics.readMaster(0);
};

describe("priorities", () => {
  test("the lower number goes first, and what is in service holds back its equals and inferiors", () => {
    const pics = pair();
    for (const irq of [5, 3, 4]) pics.raise(irq);
    check(pics, [0x23]);
    expect(isr(pics)).toBe(0x08);
    expect(irr(pics)).toBe(0x30);
    pics.raise(1);
    check(pics, [0x21]);
    pics.writeMaster(0, EOI);
    expect(isr(pics)).toBe(0x08);
    check(pics, []);
    pics.writeMaster(0, EOI);
    check(pics, [0x24]);
  });

  test("a masked line waits until its mask is lifted", () => {
    const pics = pair();
    pics.writeMaster(1, 0x08);
    expect(pics.readMaster(1)).toBe(0x08);
    pics.raise(3);
    check(pics, []);
    expect(pics.wouldInterrupt(3)).toBe(false);
    pics.writeMaster(1, 0);
    check(pics, [0x23]);
  });

  test("rotation on non-specific and specific EOI, and set priority, make a line the last", () => {
    const pics = pair();
    pics.raise(3);
    check(pics, [0x23]);
    pics.writeMaster(0, 0xa0);
    pics.lower(3);
    for (const irq of [3, 4]) pics.raise(irq);
    check(pics, [0x24]);
    pics.writeMaster(0, 0xe4);
    check(pics, [0x23]);
    pics.writeMaster(0, 0x63);
    pics.writeMaster(0, 0xc6);
    for (const irq of [6, 7]) pics.raise(irq);
    check(pics, [0x27]);
  });

  test("specific EOI ends the one that it names", () => {
    const pics = pair();
    pics.raise(5);
    check(pics, [0x25]);
    pics.raise(2 + 1);
    check(pics, [0x23]);
    pics.writeMaster(0, 0x65);
    expect(isr(pics)).toBe(0x08);
  });

  test("automatic EOI leaves nothing in service, and rotates if told", () => {
    const pics = pair({ icw4: 0x03 });
    for (const irq of [0, 1]) pics.raise(irq);
    check(pics, [0x20, 0x21]);
    expect(isr(pics)).toBe(0);
    pics.writeMaster(0, 0x80);
    for (const irq of [0, 1]) pics.lower(irq);
    for (const irq of [0, 1]) pics.raise(irq);
    check(pics, [0x20, 0x21]);
    for (const irq of [1, 6]) pics.lower(irq);
    for (const irq of [1, 6]) pics.raise(irq);
    check(pics, [0x26, 0x21]);
  });

  test("special mask mode lets inferiors through a masked line in service, and EOI spares it", () => {
    const pics = pair();
    pics.raise(1);
    check(pics, [0x21]);
    pics.raise(4);
    check(pics, []);
    pics.writeMaster(1, 0x02);
    pics.writeMaster(0, 0x68);
    check(pics, [0x24]);
    pics.writeMaster(0, EOI);
    expect(isr(pics)).toBe(0x02);
    pics.writeMaster(0, EOI);
    expect(isr(pics)).toBe(0x02);
    pics.writeMaster(0, 0x48);
    pics.writeMaster(0, EOI);
    expect(isr(pics)).toBe(0);
  });
});

describe("lines", () => {
  test("by edge, a line that stays high asks once", () => {
    const pics = pair();
    pics.raise(4);
    check(pics, [0x24]);
    pics.writeMaster(0, EOI);
    pics.raise(4);
    check(pics, []);
    pics.lower(4);
    pics.raise(4);
    check(pics, [0x24]);
  });

  test("by level, it asks until it is low", () => {
    const pics = pair({ icw1: 0x19 });
    pics.raise(4);
    check(pics, [0x24]);
    pics.writeMaster(0, EOI);
    check(pics, [0x24]);
    pics.lower(4);
    pics.writeMaster(0, EOI);
    check(pics, []);
  });

  test("initialization forgets edges and masks", () => {
    const pics = pair();
    pics.writeMaster(1, 0xff);
    pics.raise(4);
    pics.writeMaster(0, 0x13);
    pics.writeMaster(1, 0x40);
    pics.writeMaster(1, 0x01);
    expect(pics.readMaster(1)).toBe(0);
    check(pics, []);
    pics.lower(4);
    pics.raise(4);
    check(pics, [0x44]);
  });

  test("a request withdrawn before the acknowledge gives the spurious vector, with nothing in service", () => {
    const pics = pair();
    pics.raise(4);
    pics.lower(4);
    expect(pics.pending()).toBe(false);
    expect(pics.acknowledge()).toBe(0x27);
    expect(isr(pics)).toBe(0);
  });

  test("a slave deceived in this way gives IRQ 15, with the cascade in service", () => {
    const pics = pair();
    pics.raise(12);
    const master = pics.master.save();
    pics.lower(12);
    pics.master.load(master);
    expect(pics.acknowledge()).toBe(0x2f);
    expect(isr(pics)).toBe(0x04);
  });
});

describe("cascade", () => {
  test("a slave's interrupt has the slave's vector and occupies both", () => {
    const pics = pair();
    for (const irq of [14, 8, 3]) pics.raise(irq);
    check(pics, [0x28]);
    pics.writeSlave(0, EOI);
    check(pics, []);
    pics.writeMaster(0, EOI);
    check(pics, [0x2e]);
    pics.writeSlave(0, EOI);
    pics.writeMaster(0, EOI);
    check(pics, [0x23]);
  });

  test("in special fully nested mode the slave's superiors interrupt its inferiors", () => {
    for (const [icw4, expected] of [
      [0x01, []],
      [0x11, [0x28]],
    ] as const) {
      const pics = pair({ icw4 });
      pics.raise(14);
      check(pics, [0x2e]);
      pics.raise(8);
      check(pics, [...expected]);
    }
  });

  test("with automatic EOI a second request of the slave is not lost", () => {
    const pics = pair({ icw4: 0x03 });
    for (const irq of [14, 8]) pics.raise(irq);
    check(pics, [0x28, 0x2e]);
  });
});

describe("poll", () => {
  test("reads the request and acknowledges it", () => {
    const pics = pair();
    pics.raise(6);
    pics.writeMaster(0, 0x0c);
    expect(pics.readMaster(0)).toBe(0x86);
    expect(isr(pics)).toBe(0x40);
    pics.writeMaster(0, 0x0c);
    expect(pics.readMaster(0)).toBe(0);
  });

  test("works at the slave", () => {
    const pics = pair();
    pics.raise(9);
    pics.writeSlave(0, 0x0c);
    expect(pics.readSlave(0)).toBe(0x81);
    check(pics, []);
  });
});

test("a saved state is a copy, and loading it brings everything back", () => {
  const pics = pair();
  pics.raise(3);
  const saved = pics.save();
  check(pics, [0x23]);
  pics.load(saved);
  expect(pics.save()).toEqual(structuredClone(saved));
  check(pics, [0x23]);
});
