const files = import.meta.glob<string>("../../../programs/**/*.inc", { query: "?raw", import: "default", eager: true });

/** Every file that programs include, by its path under `programs/`. */
export const includes: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(files).map(([path, text]) => [path.slice("../../../programs/".length), text]),
);
