const KEY = "ringside.tour.v1";

/** Whether the reader has had the tour, or left it. Where nothing can be kept, it is not begun of itself. */
export function tourSeen(storage: Pick<Storage, "getItem">): boolean {
  try {
    return storage.getItem(KEY) !== null;
  } catch {
    return true;
  }
}

export function keepTourSeen(storage: Pick<Storage, "setItem">): void {
  try {
    storage.setItem(KEY, "seen");
  } catch {
    // It is then offered once more.
  }
}
