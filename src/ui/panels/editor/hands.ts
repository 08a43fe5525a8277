/** What can be done to the text at the cursor of the editor that is on the page. */
export interface EditorHands {
  explain(): Promise<void>;
  definition(): Promise<void>;
  references(): Promise<void>;
  rename(): Promise<void>;
  format(): Promise<void>;
  fix(): Promise<void>;
}

let hands: EditorHands | null = null;

/** Says which editor is on the page; answers how to take that back. */
export function offerEditor(offered: EditorHands): () => void {
  hands = offered;
  return () => {
    if (hands === offered) hands = null;
  };
}

/** Has the editor do something, if there is one. */
export async function withEditor(act: (hands: EditorHands) => Promise<void>): Promise<void> {
  if (hands !== null) await act(hands);
}
