/** A page as GitHub Flavored Markdown. Written through a syntax tree: what escapes what is the library's to know. */
import type { BlockContent, Html, List, Paragraph, PhrasingContent, Root, RootContent, Table as TableNode } from "mdast";
import { gfmToMarkdown } from "mdast-util-gfm";
import { toMarkdown } from "mdast-util-to-markdown";
import type { Block, DiffText, Inline, Line, Page, Section, Table, Tone } from "./document";
import { visible, visibleLine } from "./visible";

/** GitHub's alerts. Source: docs.github.com, "Basic writing and formatting syntax". */
const ALERT: Readonly<Record<Tone, string>> = { bad: "CAUTION", warning: "WARNING", note: "NOTE", good: "TIP" };

const SIGN: Readonly<Record<DiffText["sign"], string>> = { "+": "+ ", "-": "- ", " ": "  ", "@": "" };

/** Everything of a page above its sections. */
export function headMarkdown(page: Page): string {
  return write([heading(2, phrasing(page.heading)), ...page.head.flatMap(blockNodes)]);
}

/** A section's heading. Its blocks follow, one by one, with an empty line between them. */
export function titleMarkdown({ title }: Pick<Section, "title">): string {
  return write([heading(3, [{ type: "text", value: title }])]);
}

export function blockMarkdown(block: Block): string {
  return write(blockNodes(block));
}

export function footMarkdown(page: Page): string {
  return write([{ type: "thematicBreak" }, ...page.foot.map(paragraph)]);
}

/** A whole page. */
export function pageMarkdown(page: Page): string {
  const sections = page.sections.flatMap((section) => [titleMarkdown(section), ...section.blocks.map(blockMarkdown)]);
  return [headMarkdown(page), ...sections, footMarkdown(page)].join("\n");
}

function write(children: RootContent[]): string {
  const root: Root = { type: "root", children };
  return toMarkdown(root, { extensions: [gfmToMarkdown({ tableCellPadding: false, tablePipeAlign: false })], bullet: "-", fences: true, rule: "-" });
}

function blockNodes(block: Block): BlockContent[] {
  switch (block.kind) {
    case "paragraph":
      return [paragraph(block.line)];
    case "callout":
      return [{ type: "blockquote", children: [alert(block.tone, block.lines[0] ?? []), ...block.lines.slice(1).map(paragraph)] }];
    case "list":
      return [list(block.items)];
    case "table":
      return [table(block)];
    case "diff":
      return [{ type: "code", lang: "diff", value: block.lines.map(diffLine).join("\n") }];
    case "output":
      return [{ type: "code", lang: "text", value: visible(block.text) }];
    case "chart":
      // GitHub shows no inline SVG: the page has it.
      return [];
    case "heading":
      return [heading(4, [{ type: "text", value: block.text }])];
    case "details":
      return [html(`<details><summary>${block.summary.map(summaryHtml).join("")}</summary>`), ...block.blocks.flatMap(blockNodes), html("</details>")];
  }
}

/** The mark of an alert stands on a line of its own, as written: the tree's text would escape its bracket. */
function alert(tone: Tone, line: Line): Paragraph {
  return { type: "paragraph", children: [{ type: "html", value: `[!${ALERT[tone]}]\n` }, ...phrasing(line)] };
}

function list(items: readonly Line[]): List {
  return { type: "list", ordered: false, spread: false, children: items.map((line) => ({ type: "listItem", spread: false, children: [paragraph(line)] })) };
}

function table({ head, rows, numbersFrom = head.length }: Table): TableNode {
  const row = (cells: readonly Line[]): TableNode["children"][number] => ({ type: "tableRow", children: cells.map((line) => ({ type: "tableCell", children: phrasing(line) })) });
  return {
    type: "table",
    align: head.map((_, index) => (index >= numbersFrom ? "right" : null)),
    children: [row(head.map((title): Line => [{ kind: "text", text: title }])), ...rows.map(row)],
  };
}

function heading(depth: 2 | 3 | 4, children: PhrasingContent[]): RootContent & BlockContent {
  return { type: "heading", depth, children };
}

function paragraph(line: Line): Paragraph {
  return { type: "paragraph", children: phrasing(line) };
}

function phrasing(line: Line): PhrasingContent[] {
  return line.map(inline);
}

/** Code spans, so that GitHub makes nothing of what stands in them: no mention, no link, no emoji, no markup. */
function inline(piece: Inline): PhrasingContent {
  switch (piece.kind) {
    case "text":
      return { type: "text", value: piece.text };
    case "value":
      return { type: "inlineCode", value: visibleLine(piece.value) };
    case "strong":
      return { type: "strong", children: [{ type: "text", value: piece.text }] };
    case "link":
      return { type: "link", url: piece.url, children: [{ type: "text", value: piece.text }] };
  }
}

/** Summaries are HTML, in which Markdown is not read. */
function summaryHtml(piece: Inline): string {
  switch (piece.kind) {
    case "text":
      return escapeHtml(piece.text);
    case "value":
      return `<code>${escapeHtml(visibleLine(piece.value))}</code>`;
    case "strong":
      return `<strong>${escapeHtml(piece.text)}</strong>`;
    case "link":
      return `<a href="${escapeHtml(piece.url)}">${escapeHtml(piece.text)}</a>`;
  }
}

/** References by number are decoded inside HTML blocks and never begin Markdown. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"'`@#]/g, (character) => `&#${character.codePointAt(0)!};`);
}

function html(value: string): Html {
  return { type: "html", value };
}

function diffLine({ sign, text }: DiffText): string {
  return `${SIGN[sign]}${visibleLine(text)}`;
}
