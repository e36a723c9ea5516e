/** A page as one HTML document that needs nothing from elsewhere. Written through a syntax tree, which escapes what it is given. */
import type { Element, ElementContent } from "hast";
import { toHtml as writeHtml } from "hast-util-to-html";
import { h } from "hastscript";
import type { Report } from "../preview/model";
import type { Block, DiffText, Inline, Line, Page, Section, Table } from "./document";
import { composePage } from "./page";
import { STYLE } from "./style";
import { visible, visibleLine } from "./visible";

/** Nothing is loaded and nothing runs, whatever should get into a page. */
const CONTENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

const DIFF_CLASS: Readonly<Record<DiffText["sign"], string>> = { "+": "added", "-": "removed", " ": "context", "@": "at" };

export function toHtml(report: Report): string {
  return pageHtml(composePage(report));
}

/** Any page as a document. */
export function pageHtml(page: Page): string {
  return `<!doctype html>\n${writeHtml(h("html", { lang: "en" }, [head(page), body(page)]))}\n`;
}

function head({ title }: Page): Element {
  return h("head", [
    h("meta", { charSet: "utf-8" }),
    h("meta", { httpEquiv: "Content-Security-Policy", content: CONTENT_POLICY }),
    h("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
    h("title", visibleLine(title)),
    h("style", STYLE),
  ]);
}

function body(page: Page): Element {
  return h("body", [
    h("main", [
      h("h1", [h("span", { className: ["mark", page.tone], ariaHidden: "true" }), ...inlines(page.heading)]),
      ...page.head.flatMap(block),
      h("nav", { ariaLabel: "Sections" }, h("ul", page.sections.map(entry))),
      ...page.sections.map(section),
    ]),
    h("footer", page.foot.map((line) => h("p", inlines(line)))),
  ]);
}

function entry({ id, title, extent }: Section): Element {
  return h("li", [h("a", { href: `#${id}` }, title), " ", h("span", extent)]);
}

function section({ id, title, blocks }: Section): Element {
  return h("section", { id, ariaLabelledBy: `${id}-title` }, [h("h2", { id: `${id}-title` }, title), ...blocks.flatMap(block)]);
}

function block(of: Block): Element[] {
  switch (of.kind) {
    case "paragraph":
      return [h("p", inlines(of.line))];
    case "callout":
      return [h("div", { className: ["callout", of.tone] }, of.lines.map((line) => h("p", inlines(line))))];
    case "list":
      return [h("ul", of.items.map((line) => h("li", inlines(line))))];
    case "table":
      return [table(of)];
    case "diff":
      return [h("pre", { tabIndex: 0, role: "group", ariaLabel: visibleLine(of.label) }, h("code", of.lines.map(diffLine)))];
    case "output":
      return [h("pre", { className: ["output"], tabIndex: 0, role: "group", ariaLabel: visibleLine(of.label) }, visible(of.text))];
    case "chart":
      return [h("figure", h("img", { alt: of.title, src: `data:image/svg+xml;base64,${Buffer.from(of.svg, "utf8").toString("base64")}` }))];
    case "heading":
      return [h("h3", of.text)];
    case "details":
      return [h("details", [h("summary", inlines(of.summary)), ...of.blocks.flatMap(block)])];
  }
}

function table({ caption, head: titles, rows, numbersFrom = titles.length }: Table): Element {
  const kind = (index: number): { className?: string[] } => (index >= numbersFrom ? { className: ["number"] } : {});
  return h("div", { className: ["scroll"], tabIndex: 0, role: "group", ariaLabel: caption }, [
    h("table", [
      h("thead", h("tr", titles.map((title, index) => (title === "" ? h("td") : h("th", { scope: "col", ...kind(index) }, title))))),
      h("tbody", rows.map((cells) => h("tr", cells.map((line, index) => h("td", kind(index), inlines(line)))))),
    ]),
  ]);
}

/** Each line is a block of its own, so that its colour reaches as far as the longest one. */
function diffLine({ sign, text }: DiffText): Element {
  return h("span", { className: [DIFF_CLASS[sign]] }, `${sign === "@" ? "" : `${sign} `}${visibleLine(text)}`);
}

function inlines(line: Line): ElementContent[] {
  return line.map(inline);
}

function inline(piece: Inline): ElementContent {
  switch (piece.kind) {
    case "text":
      return { type: "text", value: piece.text };
    case "value":
      return h("code", visibleLine(piece.value));
    case "strong":
      return h("strong", piece.text);
    case "link":
      // The page refers to nothing outside itself: the address is there to be read and copied.
      return { type: "text", value: `${piece.text}: ${piece.url}` };
  }
}
