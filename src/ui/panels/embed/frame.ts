/**
 * The code that puts a moment into another page.
 * @param link the whole link
 * @param hide names of panels and parts that are not shown
 * @param height of the frame, in CSS pixels
 */
export function frameCode(link: string, hide: readonly string[], height: number, title: string): string {
  return `<iframe src="${frameAddress(link, hide)}" title="${escapeHtml(title)}" width="100%" height="${height}" style="border:0" loading="lazy" allow="clipboard-write; fullscreen"></iframe>`;
}

/** The address of an embedded page. */
export function frameAddress(link: string, hide: readonly string[]): string {
  const hash = link.indexOf("#");
  return `${link.slice(0, hash)}?embed${hide.length > 0 ? `&hide=${hide.join(",")}` : ""}${link.slice(hash)}`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
}
