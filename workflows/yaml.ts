/** Typed objects to YAML text. Nothing in this project writes YAML by joining strings. Keys come out in the order they were given in. */
import { Document, type Node, Pair, Scalar, YAMLMap, YAMLSeq } from "yaml";
import type { ActionPin } from "./actions";
import type { Noted } from "./syntax";

/** What a YAML file may be made of. */
export type YamlValue = string | number | boolean | ActionPin | Noted<string> | readonly YamlValue[] | { readonly [key: string]: YamlValue | undefined };

/** Longest list that is written on one line. */
const FLOW_WIDTH = 100;

/**
 * Renders a value as a YAML document.
 * @param comment lines at its head.
 * @param spacious names of the maps and lists whose entries are set apart by an empty line.
 */
export function toYaml(value: object, comment: readonly string[], spacious: readonly string[] = []): string {
  const document = new Document();
  document.contents = toNode(value as YamlValue, spacious) as typeof document.contents;
  document.commentBefore = comment.map((line) => ` ${line}`).join("\n");
  // No line is folded: a folded expression or script is another expression or script.
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

function toNode(value: YamlValue, spacious: readonly string[]): Node {
  if (typeof value === "string") return toScalar(value);
  if (typeof value === "number" || typeof value === "boolean") return new Scalar(value);
  if (Array.isArray(value)) return toSequence(value as readonly YamlValue[], spacious);
  if (isPin(value)) return commented(`${value.repository}@${value.commit}`, value.version);
  if (isNoted(value)) return commented(value.value, value.note);
  return toMap(value as { readonly [key: string]: YamlValue | undefined }, spacious);
}

/** Scripts become block scalars, so that they read as they run. */
function toScalar(text: string): Scalar {
  const scalar = new Scalar(text);
  if (text.includes("\n")) scalar.type = Scalar.BLOCK_LITERAL;
  return scalar;
}

function toSequence(items: readonly YamlValue[], spacious: readonly string[]): YAMLSeq {
  const sequence = new YAMLSeq();
  sequence.items = items.map((item) => toNode(item, spacious));
  sequence.flow = items.every((item) => typeof item !== "object") && items.join(", ").length <= FLOW_WIDTH;
  return sequence;
}

function toMap(value: { readonly [key: string]: YamlValue | undefined }, spacious: readonly string[]): YAMLMap {
  const map = new YAMLMap();
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue;
    const node = toNode(item, spacious);
    if (spacious.includes(key)) setApart(node);
    map.items.push(new Pair(new Scalar(key), node));
  }
  map.flow = map.items.length === 0;
  return map;
}

function setApart(node: Node): void {
  if (node instanceof YAMLMap) node.items.slice(1).forEach((pair) => ((pair.key as Scalar).spaceBefore = true));
  if (node instanceof YAMLSeq) node.items.slice(1).forEach((item) => ((item as Node).spaceBefore = true));
}

function isPin(value: unknown): value is ActionPin {
  return typeof value === "object" && value !== null && "repository" in value && "commit" in value && "version" in value;
}

function isNoted(value: unknown): value is Noted<string> {
  return typeof value === "object" && value !== null && Object.keys(value).length === 2 && "value" in value && "note" in value;
}

function commented(text: string, comment: string): Scalar {
  const scalar = new Scalar(text);
  scalar.comment = ` ${comment}`;
  return scalar;
}
