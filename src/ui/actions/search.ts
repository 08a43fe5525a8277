/**
 * How well a text answers a query of which each word's letters must come in order: 0 is not at all; whole words and
 * beginnings of words count most, letters in a row more than scattered ones.
 */
export function score(query: string, text: string): number {
  const words = query
    .toLowerCase()
    .trim()
    .split(/\s+/)
    .filter((word) => word !== "");
  const lower = text.toLowerCase();
  let total = 1;
  for (const word of words) {
    const found = scoreWord(word, lower);
    if (found === 0) return 0;
    total += found;
  }
  // Of equally good ones, the shorter.
  return total - Math.min(0.5, text.length / 1000);
}

/** What each letter passed over costs. */
const GAP = 0.25;
const BOUNDARY = /[\s\-:，、（(“"]/;

function scoreWord(word: string, text: string): number {
  const whole = text.indexOf(word);
  if (whole >= 0) return word.length * (startsWord(text, whole) ? 10 : 6);
  let at = 0;
  let total = 0;
  let row = 0;
  for (const letter of word) {
    let found = text.indexOf(letter, at);
    if (found < 0) return 0;
    // Rather the beginning of a later word than the middle of this one.
    if (found !== at || at === 0) {
      const beginning = nextBeginning(text, letter, at);
      if (beginning >= 0 && !startsWord(text, found))
        found = canFinish(word, letter, text, beginning) ? beginning : found;
    }
    row = found === at ? row + 1 : 0;
    const gap = at === 0 ? 0 : found - at;
    total += (startsWord(text, found) ? 4 : row > 0 ? 3 : 0.5) - gap * GAP;
    at = found + 1;
  }
  return Math.max(0.1, total);
}

function startsWord(text: string, at: number): boolean {
  return at === 0 || BOUNDARY.test(text[at - 1]!);
}

function nextBeginning(text: string, letter: string, from: number): number {
  for (let at = text.indexOf(letter, from); at >= 0; at = text.indexOf(letter, at + 1))
    if (startsWord(text, at)) return at;
  return -1;
}

/** Whether the letters after this one still come in order behind a place. */
function canFinish(word: string, letter: string, text: string, place: number): boolean {
  let at = place + 1;
  for (const next of word.slice(word.indexOf(letter) + 1)) {
    at = text.indexOf(next, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
