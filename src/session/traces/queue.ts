/** Numbers (32 bits) that come out in the order in which they went in. */
export class Queue {
  private numbers = new Int32Array(64);
  private first = 0;
  length = 0;

  push(value: number): void {
    const { numbers } = this;
    if (this.length === numbers.length) {
      const larger = new Int32Array(numbers.length * 2);
      for (let i = 0; i < this.length; i++) larger[i] = numbers[(this.first + i) & (numbers.length - 1)]!;
      this.numbers = larger;
      this.first = 0;
    }
    this.numbers[(this.first + this.length++) & (this.numbers.length - 1)] = value;
  }

  /** Takes the oldest out; there must be one. */
  shift(): number {
    const value = this.numbers[this.first]!;
    this.first = (this.first + 1) & (this.numbers.length - 1);
    this.length--;
    return value;
  }
}
