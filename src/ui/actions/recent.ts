const STORAGE = "ringside.recent.v1";
const MOST = 6;

/** Actions and programs that were chosen in the palette, the newest first. */
export function recentActions(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(STORAGE) ?? "[]");
    return Array.isArray(kept) ? kept.filter((id) => typeof id === "string").slice(0, MOST) : [];
  } catch {
    return [];
  }
}

export function rememberAction(id: string): void {
  try {
    const rest = recentActions().filter((one) => one !== id);
    localStorage.setItem(STORAGE, JSON.stringify([id, ...rest].slice(0, MOST)));
  } catch {
    // Without storage the palette is in its plain order.
  }
}
