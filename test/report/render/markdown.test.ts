/** Comments: valid Markdown of GitHub's, within its limit, and nothing that others wrote gets out of its place. */
import fc from "fast-check";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { gfm } from "micromark-extension-gfm";
import type { Nodes } from "mdast";
import { COMMENT_LIMIT, commentMarker, toMarkdown } from "../../../report/render";
import type { Report } from "../../../report/preview/model";
import { failedReport, sampleReport, type Other } from "./sample";

function parsed(markdown: string): Nodes {
  return fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
}

function nodes(node: Nodes): Nodes[] {
  return [node, ...("children" in node ? (node.children as Nodes[]).flatMap(nodes) : [])];
}

/** The tree without what others wrote: a hostile text that changes it has broken out. */
function shape(node: Nodes): unknown {
  if ("children" in node) return [node.type, (node.children as Nodes[]).map(shape)];
  return node.type === "inlineCode" || node.type === "code" ? node.type : node.type === "html" ? [node.type, htmlShape(node.value)] : [node.type, "value" in node ? node.value : ""];
}

function htmlShape(html: string): string {
  return html.replace(/<code>[^<]*<\/code>/g, "<code></code>");
}

const HOSTILE = [
  "``` \n# Broken out",
  "`a` ``b`` ```c``` ~~~~",
  "--> <!-- ",
  "<script>alert(1)</script><details open><summary>",
  "</summary></details></code>",
  "@ai-dynamo/dynamo-ops #123 GH-1 https://evil.example/ www.evil.example a@b.example",
  "| a | b |\n|---|---|\n| c | d |",
  "\n\n* * *\n\n> quote\n\n- list\n1. one",
  "\u202Egnp.exe\u2066\u200B\u00AD\uFEFF",
  "\\ \\` \\| \\<",
  "[x](javascript:alert(1)) ![y](https://evil.example/z.png)",
  "&lt;b&gt; &#64; &amp;",
  "\r\n\t\0\u001b[31m red",
  " leading and trailing ",
  "`",
  "",
  "x".repeat(5_000),
  "😀\uD83D",
];

describe.each([
  ["a report", sampleReport],
  ["a failed preview's", failedReport],
])("%s", (_, sample) => {
  const expected = shape(parsed(toMarkdown(sample((text) => text.replaceAll("\n", " ")))));

  test.each(HOSTILE)("hostile texts stay where they are: %j", (hostile) => {
    expectHarmless(sample, (text) => `${hostile}${text.replaceAll("\n", " ")}`, expected);
    expectHarmless(sample, () => hostile, expected);
  });

  test("whatever others write", () => {
    const piece = fc.oneof(fc.constantFrom(...HOSTILE, ..."`|<>@#*_[]()~\\&-+\n\r\t "), fc.string({ unit: "binary", maxLength: 8 }));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => expectHarmless(sample, (text) => pieces.join("") + text, expected)),
      { numRuns: 150 },
    );
  });
});

function expectHarmless(sample: (other: Other) => Report, other: Other, expected: unknown): void {
  // No limit: what is cut differs with the length of texts.
  const markdown = toMarkdown(sample(other), { limit: Infinity });
  const tree = parsed(markdown);
  expect(shape(tree)).toEqual(expected);
  const words = nodes(tree).flatMap((node) => (node.type === "text" ? [node.value] : []));
  expect(words.filter((text) => /@|https?:|www\.|#\d/.test(text))).toEqual([]);
  expect(markdown).not.toMatch(/[\u202A-\u202E\u2066-\u2069\u200B-\u200F\0\u001b]/);
}

test("a value's every character is there", () => {
  const name = "a|b`c``d<e>&f\\g*h_i";
  const codes = nodes(parsed(toMarkdown(sampleReport((text) => (text === "DCO" ? name : text))))).flatMap((node) => (node.type === "inlineCode" ? [node.value] : []));
  expect(codes).toContain(name);
});

test("the comment is found by its first line", () => {
  expect(toMarkdown(sampleReport()).split("\n")[0]).toBe(commentMarker("prod"));
});

describe("a comment that does not fit", () => {
  const many = (count: number): Report => {
    const sample = sampleReport();
    const component = sample.resources[0]!;
    return { ...sample, resources: Array.from({ length: count }, (_, index) => ({ ...component, component: `component-${index}` })) };
  };

  test("keeps its head, its dangers and an index, and says where the rest is", () => {
    const markdown = toMarkdown(many(2_000), { pageUrl: "https://github.com/o/r/actions/runs/1" });
    expect(markdown.length).toBeLessThanOrEqual(COMMENT_LIMIT);
    expect(markdown.length).toBeGreaterThan(COMMENT_LIMIT * 0.85);
    for (const part of ["Removes the required check", "### Dangers", "|**critical**|", "### Index", "[the whole page](https://github.com/o/r/actions/runs/1)", "and 1"]) expect(markdown).toContain(part);
    expect(nodes(parsed(markdown)).filter((node) => node.type === "html" && node.value.startsWith("<details>")).length).toBe(nodes(parsed(markdown)).filter((node) => node.type === "html" && node.value === "</details>").length);
  });

  test("cuts even its dangers, by whole rows, and counts what is missing", () => {
    const sample = sampleReport();
    const dangers = Array.from({ length: 3_000 }, (_, index) => ({ ...sample.dangers[0]!, id: String(index) }));
    const markdown = toMarkdown({ ...sample, dangers });
    expect(markdown.length).toBeLessThanOrEqual(COMMENT_LIMIT);
    const rows = markdown.split("\n").filter((line) => line.startsWith("|**critical**|"));
    expect(rows.length).toBeGreaterThan(300);
    expect(markdown).toContain(`**Dangers**: 3000 critical, ${3_000 - rows.length} parts not here`);
  });

  test("whatever the limit", () => {
    fc.assert(
      fc.property(fc.integer({ min: 4_000, max: 40_000 }), fc.integer({ min: 0, max: 40 }), (limit, count) => {
        const markdown = toMarkdown(many(count), { limit });
        expect(markdown.length).toBeLessThanOrEqual(limit);
        expect(markdown).toContain("Removes the required check");
      }),
      { numRuns: 25 },
    );
  });
});
