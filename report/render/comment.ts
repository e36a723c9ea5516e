/**
 * A report as a comment on a pull request. Whole where it fits; else with its head, its dangers, as much of the rest as has room, and an index of
 * everything, which says where the whole is.
 */
import type { Report } from "../preview/model";
import { counted, paragraph, strong, text, value, type Block, type Line, type Page, type Section } from "./document";
import { blockMarkdown, footMarkdown, headMarkdown, titleMarkdown } from "./markdown";
import { composeDriftPage, composePage, KEPT_SECTIONS } from "./page";

/** Most characters of a comment. Source: the error that GitHub's API answers with, "body is too long (maximum is 65536 characters)". */
export const COMMENT_LIMIT = 65_536;

/** Lines of the index that name what a section leaves out: more would be no index. */
const MOST_ENTRIES = 60;

export interface CommentOptions {
  /** Most characters; default: GitHub's. */
  readonly limit?: number;
  /** Where the whole page can be read, https; undefined where there is no such place. */
  readonly pageUrl?: string;
}

/** First line of a stack's comment: by it the comment is found again. */
export function commentMarker(stack: string): string {
  return `<!-- gpu-cicd/report ${stack} -->`;
}

/** First line of the issue about a stack's drift. */
export function driftMarker(stack: string): string {
  return `<!-- gpu-cicd/drift ${stack} -->`;
}

/** What a change means, for a pull request. */
export function toMarkdown(report: Report, options: CommentOptions = {}): string {
  return fitted(composePage(report), commentMarker(report.provenance.stack), options);
}

/** What was changed behind a stack's back, for an issue. */
export function driftToMarkdown(report: Report, options: CommentOptions = {}): string {
  return fitted(composeDriftPage(report), driftMarker(report.provenance.stack), options);
}

function fitted(page: Page, marker: string, { limit = COMMENT_LIMIT, pageUrl }: CommentOptions): string {
  const [start, end] = [`${marker}\n${headMarkdown(page)}`, footMarkdown(page)];
  const whole = joined([start, ...page.sections.map((section) => joined(pieces(section))), end]);
  return whole.length <= limit ? whole : shortened(page, [start, end], limit, pageUrl);
}

/** What a comment says of a section, and what it leaves out. */
interface Excerpt {
  readonly section: Section;
  readonly markdown: string;
  readonly missing: readonly Block[];
  /** Rows or items of its tables and lists that are missing. */
  readonly missingRows: number;
}

function shortened(page: Page, [start, end]: readonly [string, string], limit: number, pageUrl: string | undefined): string {
  // The index is longest when every section is there and all of its parts are missing.
  const longest = page.sections.map((section): Excerpt => ({ section, markdown: "-", missing: section.blocks, missingRows: section.blocks.flatMap(rowsOf).length }));
  let room = limit - joined([start, indexMarkdown(longest, pageUrl), end]).length - 2;
  const excerpts = [...page.sections].sort(keptFirst).map((section): Excerpt => {
    const excerpt = excerptOf(section, room);
    room -= excerpt.markdown.length + 1;
    return excerpt;
  });
  const shown = page.sections.flatMap(({ id }) => excerpts.filter(({ section }) => section.id === id));
  return joined([start, ...shown.map(({ markdown }) => markdown), indexMarkdown(shown, pageUrl), end]);
}

function keptFirst(a: Section, b: Section): number {
  return Number(KEPT_SECTIONS.includes(b.id)) - Number(KEPT_SECTIONS.includes(a.id));
}

/** As many blocks of a section as have room, in their order; tables and lists may be cut. Nothing where not even one fits. */
function excerptOf(section: Section, room: number): Excerpt {
  const title = titleMarkdown(section);
  const parts: string[] = [title];
  const missing: Block[] = [];
  let [left, missingRows] = [room - title.length, 0];
  for (const block of section.blocks) {
    const cut = cutBlock(block, left - 1);
    missingRows += cut.missingRows;
    if (cut.markdown === undefined) missing.push(block);
    else {
      parts.push(cut.markdown);
      left -= cut.markdown.length + 1;
    }
  }
  return { section, markdown: parts.length === 1 ? "" : joined(parts), missing, missingRows };
}

interface Cut {
  readonly markdown?: string;
  readonly missingRows: number;
}

function cutBlock(block: Block, room: number): Cut {
  const markdown = written(block);
  if (markdown.length <= room) return { markdown, missingRows: 0 };
  if (block.kind === "table") return cutTable(markdown, room);
  const rows = rowsOf(block);
  const fitting = mostThatFit(rows.length, (count) => blockMarkdown(withRows(block, count)).length <= room);
  return { ...(fitting > 0 ? { markdown: blockMarkdown(withRows(block, fitting)) } : {}), missingRows: rows.length - fitting };
}

/** A table's rows are lines, below its head and the line that sets it off. */
function cutTable(markdown: string, room: number): Cut {
  const [head = "", rule = "", ...rows] = markdown.trimEnd().split("\n");
  const kept = [head, rule];
  let left = room - head.length - rule.length - 2;
  for (const row of rows) {
    left -= row.length + 1;
    if (left < 0) break;
    kept.push(row);
  }
  const fitting = kept.length - 2;
  return { ...(fitting > 0 ? { markdown: `${kept.join("\n")}\n` } : {}), missingRows: rows.length - fitting };
}

function rowsOf(block: Block): readonly unknown[] {
  return block.kind === "table" ? block.rows : block.kind === "list" ? block.items : [];
}

function withRows(block: Block, count: number): Block {
  if (block.kind === "table") return { ...block, rows: block.rows.slice(0, count) };
  return block.kind === "list" ? { ...block, items: block.items.slice(0, count) } : block;
}

/** The greatest count up to `most` that fits, where fewer always fit too; 0 where not even one does. */
function mostThatFit(most: number, fits: (count: number) => boolean): number {
  let [least, above] = [0, most + 1];
  while (above - least > 1) {
    const middle = Math.floor((least + above) / 2);
    if (fits(middle)) least = middle;
    else above = middle;
  }
  return least;
}

function indexMarkdown(excerpts: readonly Excerpt[], pageUrl: string | undefined): string {
  const where: Line = pageUrl === undefined ? [text("the whole page, an artifact of the run that wrote this.")] : [{ kind: "link", url: pageUrl, text: "the whole page" }, text(".")];
  const items = excerpts.map(({ section, ...excerpt }): Line => [strong(section.title), text(`: ${section.extent}${missingWords(excerpt)}`)]);
  const blocks = [paragraph(text("This comment is shortened. What is missing here is in "), ...where), { kind: "list", items } as const, ...excerpts.flatMap(missingEntries)];
  return joined([titleMarkdown({ title: "Index" }), ...blocks.map(blockMarkdown)]);
}

function missingWords({ markdown, missing, missingRows }: Omit<Excerpt, "section">): string {
  if (markdown === "") return ", not here";
  const left = missing.length + missingRows;
  return left === 0 ? "" : `, ${counted(left, "part")} not here`;
}

/** The folded parts that a section leaves out, by their summaries. */
function missingEntries({ section, missing }: Excerpt): Block[] {
  const lines = missing.flatMap((block) => (block.kind === "details" ? [block.summary] : []));
  if (lines.length === 0) return [];
  const more: Line[] = lines.length > MOST_ENTRIES ? [[text(`and ${lines.length - MOST_ENTRIES} more`)]] : [];
  return [{ kind: "details", summary: [text("Not here of "), value(section.title), text(`: ${lines.length}`)], blocks: [{ kind: "list", items: [...lines.slice(0, MOST_ENTRIES), ...more] }] }];
}

function pieces(section: Section): string[] {
  return [titleMarkdown(section), ...section.blocks.map(written)];
}

const markdownOf = new WeakMap<Block, string>();

/** A block's Markdown, written once: a comment that turns out too long is put together again. */
function written(block: Block): string {
  const markdown = markdownOf.get(block) ?? blockMarkdown(block);
  markdownOf.set(block, markdown);
  return markdown;
}

/** With an empty line between them; what has nothing in this format (a chart) leaves no trace. */
function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("\n");
}
