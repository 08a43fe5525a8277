/** A sentence of the assembler; what stands between backquotes is code. */
export function Coded({ text }: { readonly text: string }) {
  return (
    <span>
      {text.split("`").map((part, i) =>
        i % 2 === 1 ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text
          <code key={i}>{part}</code>
        ) : (
          part
        ),
      )}
    </span>
  );
}
