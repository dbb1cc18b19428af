/** Words in a document: counted in its pages, and found again in what is drawn of one. */
import type { PDFDocumentProxy } from "pdfjs-dist";

/** The name that the style sheet knows the found words by. */
const FOUND = "pdf-found";

/** How often it stands there, whatever the case. */
export function countIn(text: string, wanted: string): number {
  return placesIn(text, wanted).length;
}

function placesIn(text: string, wanted: string): number[] {
  const [within, query] = [text.toLowerCase(), wanted.toLowerCase()];
  const places: number[] = [];
  if (query === "") return places;
  for (let at = within.indexOf(query); at >= 0; at = within.indexOf(query, at + query.length)) {
    places.push(at);
  }
  return places;
}

/** The words of a page as they stand in the layer that is drawn of it. */
export async function textOfPage(document: PDFDocumentProxy, number: number): Promise<string> {
  const { items } = await (await document.getPage(number)).getTextContent();
  return items.map((item) => ("str" in item ? item.str + (item.hasEOL ? " " : "") : "")).join("");
}

interface Marks {
  /** Where the first of them stands. */
  first: Element | null;
  /** Takes them away. */
  end: () => void;
}

/** Marks what is found in a page's layer. */
export function markFound(layer: HTMLElement, wanted: string): Marks {
  const { nodes, text } = readLayer(layer);
  const ranges = placesIn(text, wanted).flatMap((at) => rangeOf(nodes, at, at + wanted.length));
  const first = ranges[0]?.startContainer.parentElement ?? null;
  // Browsers without such marks still go to the words.
  if (!("highlights" in CSS)) return { first, end: () => undefined };
  const marks = CSS.highlights.get(FOUND) ?? new Highlight();
  for (const range of ranges) marks.add(range);
  CSS.highlights.set(FOUND, marks);
  return {
    first,
    end: () => {
      for (const range of ranges) marks.delete(range);
    },
  };
}

interface Piece {
  node: Text;
  start: number;
}

function readLayer(layer: HTMLElement): { nodes: Piece[]; text: string } {
  const walker = document.createTreeWalker(layer, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  const nodes: Piece[] = [];
  let text = "";
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (node instanceof Text) {
      nodes.push({ node, start: text.length });
      text += node.data;
    } else if (node.nodeName === "BR") text += " ";
  }
  return { nodes, text };
}

function rangeOf(nodes: readonly Piece[], from: number, to: number): Range[] {
  const first = nodes.findLast(({ start }) => start <= from);
  const last = nodes.findLast(({ start }) => start < to);
  if (first === undefined || last === undefined) return [];
  const range = new Range();
  range.setStart(first.node, Math.min(from - first.start, first.node.length));
  range.setEnd(last.node, Math.min(to - last.start, last.node.length));
  return [range];
}
