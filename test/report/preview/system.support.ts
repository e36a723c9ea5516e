/** Two configs of the production stack, compared: as committed, and with some of it changed. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument, type Document } from "yaml";
import { describe as sideOf } from "../../../cli/report/describe";
import { sourceOf } from "../../../config/file";
import { readStack } from "../../../config/read";
import { plainSentence, type ConfigSide, type Report } from "../../../report/preview";
import { eventsOf, reportOf } from "./support";

const PROJECT = join(__dirname, "..", "..", "..");
const COMMITTED = readFileSync(join(PROJECT, "Pulumi.prod.yaml"), "utf8");

/** A change of the stack's config: a path below `config`, and what stands there then. Things in lists are found by their name. */
export type Edit = readonly [path: readonly string[], value: unknown];

/** The production stack with changes. */
export function sideWith(...edits: readonly Edit[]): ConfigSide {
  const document = parseDocument(COMMITTED);
  for (const [[key = "", ...rest], value] of edits) setAt(document, ["config", `gpu-cicd:${key}`], rest, value);
  return { ref: { name: "Pulumi.prod.yaml" }, ...sideOf("prod", readStack(sourceOf("prod", document.toString()))) };
}

function setAt(document: Document, start: readonly string[], path: readonly string[], value: unknown): void {
  const at: (string | number)[] = [...start];
  for (const step of path) {
    const inside = (document.getIn(at) as { toJSON?: () => unknown } | undefined)?.toJSON?.();
    at.push(Array.isArray(inside) ? inside.findIndex((item: { name?: string }) => item.name === step) : step);
  }
  if (value === undefined) document.deleteIn(at);
  else document.setIn(at, document.createNode(value));
}

/** The report of a preview without steps, between two configs. */
export function comparison(before: ConfigSide, after: ConfigSide): Report {
  return reportOf(eventsOf([]), { before, after });
}

/** `topic: sentence` of everything that the comparison says. */
export function toldOf({ system }: Report): string[] {
  return system.known ? system.topics.flatMap(({ topic, changes }) => changes.map(({ sentence }) => `${topic}: ${plainSentence(sentence)}`)) : [];
}
