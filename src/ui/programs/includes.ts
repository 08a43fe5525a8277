const files = import.meta.glob<string>("../../../programs/lib/**/*.inc", {
  query: "?raw",
  import: "default",
  eager: true,
});

/** The files that programs of every kind include, by their paths under `programs/`. */
export const includes: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(files).map(([path, text]) => [path.slice("../../../programs/".length), text]),
);
