/** A device's output to the interrupt controller. */
export interface InterruptLine {
  /** Sets the level; setting the level that it has changes nothing. */
  set(high: boolean): void;
}
