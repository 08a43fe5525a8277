import { LIMITS } from "./limits.ts";

/** Suggests so often and no more: a source full of unknown words is not worth minutes. */
export class Suggester {
  private left = LIMITS.suggestions;

  /** As `suggest`, while the budget lasts. */
  suggest(word: string, candidates: Iterable<string>): string | null {
    return this.left-- > 0 ? suggest(word, candidates) : null;
  }
}

/**
 * The candidate nearest to `word` by edit distance (insert, delete, replace, swap of neighbours count one each), if it
 * is near enough to be a slip: one edit up to three letters, two up to six, three beyond.
 */
export function suggest(word: string, candidates: Iterable<string>): string | null {
  const wanted = word.toLowerCase();
  if (wanted.length > 40) return null;
  const allowed = wanted.length <= 3 ? 1 : wanted.length <= 6 ? 2 : 3;
  let best: string | null = null;
  let bestDistance = allowed + 1;
  let names = 0;
  for (const candidate of candidates) {
    if (++names > LIMITS.suggestionNames) break;
    if (Math.abs(candidate.length - wanted.length) > bestDistance) continue;
    const distance = editDistance(wanted, candidate.toLowerCase(), bestDistance + 1);
    if (distance === 0 || distance >= wanted.length || distance > allowed) continue;
    // Of equally near candidates, one of the same length: letters are swapped more often than lost.
    const sameLength =
      distance === bestDistance && candidate.length === wanted.length && best?.length !== wanted.length;
    if (distance < bestDistance || sameLength) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Optimal string alignment distance, or `bound` when it is at least that. */
function editDistance(a: string, b: string, bound: number): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let value = Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) value = Math.min(value, before[j - 2]! + 1);
      row.push(value);
      least = Math.min(least, value);
    }
    if (least >= bound) return bound;
    before = previous;
    previous = row;
  }
  return Math.min(previous[b.length]!, bound);
}
