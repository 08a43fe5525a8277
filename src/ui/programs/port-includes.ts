const files = import.meta.glob<string>(["../../../programs/**/*.inc", "!../../../programs/lib/**"], {
  query: "?raw",
  import: "default",
  eager: true,
});

/** The files that only ports and hypervisors include, by their paths under `programs/`: fetched when a text names one. */
export const portIncludes: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(files).map(([path, text]) => [path.slice("../../../programs/".length), text]),
);
