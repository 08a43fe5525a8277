/** The page within another one. */
export const en = {
  open: "Open in Ringside",
  openIn: "Open in",
  openHelp: "Opens this program, with your changes, in a tab of its own",
  parts: "Parts",
  tooLarge: "The program is too large for a link; the page opens without it.",
};

export const zh: typeof en = {
  open: "打开 Ringside",
  openIn: "打开",
  openHelp: "在新标签页中打开这个程序，包括你的改动",
  parts: "各部分",
  tooLarge: "程序太大，无法放进链接；页面将不带程序打开。",
};
