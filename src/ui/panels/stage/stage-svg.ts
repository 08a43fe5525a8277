/** Properties that make a drawing look as it does; the page's variables are resolved in them. */
const PROPERTIES = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-opacity",
  "opacity",
  "font-family",
  "font-size",
  "font-weight",
  "font-style",
  "text-anchor",
] as const;

const MARGIN = 16;

/**
 * The stage as it is drawn now, as an SVG document of its own in the present theme: it needs neither the page's styles nor
 * its fonts. An empty string while no stage is on the page.
 */
export function stageSvg(): string {
  const drawn = document.querySelector<SVGSVGElement>("svg[data-stage]");
  if (drawn === null) return "";
  const copy = drawn.cloneNode(true) as SVGSVGElement;
  const sources = drawn.querySelectorAll("*");
  copy.querySelectorAll("*").forEach((element, i) => {
    const style = getComputedStyle(sources[i]!);
    for (const property of PROPERTIES) element.setAttribute(property, style.getPropertyValue(property));
    element.removeAttribute("style");
    element.removeAttribute("class");
  });
  for (const token of copy.querySelectorAll("[data-token]")) token.remove();
  const { width, height } = drawn.viewBox.baseVal;
  const ground = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  const box = { x: -MARGIN, y: -MARGIN, width: width + 2 * MARGIN, height: height + 2 * MARGIN };
  for (const [name, value] of Object.entries(box)) ground.setAttribute(name, String(value));
  ground.setAttribute("fill", getComputedStyle(document.body).getPropertyValue("--panel").trim());
  copy.prepend(ground);
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("viewBox", `${box.x} ${box.y} ${box.width} ${box.height}`);
  copy.setAttribute("width", String(box.width));
  copy.setAttribute("height", String(box.height));
  copy.removeAttribute("class");
  const title = document.createElementNS("http://www.w3.org/2000/svg", "title");
  title.textContent = drawn.getAttribute("aria-label") ?? "";
  copy.prepend(title);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(copy)}\n`;
}
