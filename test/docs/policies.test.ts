import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { gfm } from "micromark-extension-gfm";
import type { Nodes } from "mdast";
import { policiesDoc } from "../../cli/documents/policies";
import { rules } from "../../policy/rules";

function nodes(node: Nodes): Nodes[] {
  return [node, ...("children" in node ? node.children.flatMap(nodes) : [])];
}

describe("as GitHub reads it", () => {
  const all = nodes(fromMarkdown(policiesDoc(), { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }));
  const textOf = (node: Nodes): string => nodes(node).map((inner) => ("value" in inner ? inner.value : "")).join("");

  test("every policy has a section, and a line in the index that leads to it", () => {
    const names = rules.map(({ name }) => name).sort();
    expect(all.filter((node) => node.type === "heading" && node.depth === 3).map(textOf).sort()).toEqual(names);
    expect(all.flatMap((node) => (node.type === "link" && node.url.startsWith("#") ? [node.url.slice(1)] : [])).sort()).toEqual(names);
  });

  test("what a policy says of itself is there, word for word, and nothing of it is markup", () => {
    const plain = all.filter((node) => node.type === "paragraph").map(textOf).join("\n");
    for (const { holds, why, fix } of rules) for (const prose of [holds, why, fix]) expect(plain).toContain(prose.replaceAll("`", ""));
    expect(all.filter(({ type }) => type === "html")).toHaveLength(1);
    expect(all.filter(({ type }) => type === "delete" || type === "strikethrough" as string)).toEqual([]);
  });

  test("tables have the columns of their heads", () => {
    for (const node of all) if (node.type === "table") for (const row of node.children) expect(row.children).toHaveLength(node.children[0]!.children.length);
  });

  test("every key of a policy's config has its row", () => {
    const rows = all.filter((node) => node.type === "tableRow").map((row) => textOf(row.children[0]!));
    for (const { config = {} } of rules) for (const key of Object.keys(config)) expect(rows).toContain(key);
  });
});
