import type { Domain } from "./domain.ts";

/** Ticks that a domain runs while another could. */
const TIME_SLICE = 20_000;

/** Whose turn it is: round robin, with time slices; a domain runs on while nobody else can. */
export class Scheduler {
  /** In the order in which they take turns. */
  readonly domains: Domain[] = [];
  /** Place in `domains` of the one that runs, or ran last. */
  running = 0;
  private sliceEnd = 0;

  get current(): Domain {
    return this.domains[this.running]!;
  }

  /** The domain on the processor while its slice lasts, else the next that can run; null for none. `time` in ticks. */
  choose(time: number): Domain | null {
    const { domains, running } = this;
    if (canRun(this.current) && time < this.sliceEnd) return this.current;
    for (let i = 1; i <= domains.length; i++) {
      const domain = domains[(running + i) % domains.length]!;
      if (canRun(domain)) return domain;
    }
    return null;
  }

  /** Whether a domain that has been chosen begins a slice now. */
  begins(domain: Domain, time: number): boolean {
    return domain !== this.current || time >= this.sliceEnd;
  }

  begin(domain: Domain, time: number): void {
    this.running = this.domains.indexOf(domain);
    this.sliceEnd = time + TIME_SLICE;
  }

  /** The running domain's slice is over. */
  yield(): void {
    this.sliceEnd = 0;
  }

  /** Ends a domain's wait, whatever it is for. */
  wake({ fields }: Domain): void {
    fields.polled = [];
    fields.pollUntil = Number.POSITIVE_INFINITY;
    if (fields.state === "blocked") fields.state = "running";
  }

  /** Virtual time at which the hypervisor must look around next: a timer, a poll's end, the end of a slice. */
  nextDeadline(): number {
    let deadline = this.domains.filter(canRun).length > 1 ? this.sliceEnd : Number.POSITIVE_INFINITY;
    for (const { fields } of this.domains)
      deadline = Math.min(deadline, fields.timer, fields.periodic, fields.pollUntil);
    return deadline;
  }

  save(): readonly [number, number] {
    return [this.running, this.sliceEnd];
  }

  load([running, sliceEnd]: readonly [number, number]): void {
    this.running = running;
    this.sliceEnd = sliceEnd;
  }
}

function canRun({ fields }: Domain): boolean {
  return fields.state === "running";
}
