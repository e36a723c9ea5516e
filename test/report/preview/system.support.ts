/** Two configs of the production stack, compared: as committed, and with some of it changed. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { describe as sideOf } from "../../../cli/report/describe";
import { setInConfig } from "../../../config/edit";
import { sourceOf } from "../../../config/file";
import { readStack } from "../../../config/read";
import { plainSentence, type ConfigSide, type Report } from "../../../report/preview";
import { eventsOf, reportOf } from "./support";

const PROJECT = join(__dirname, "..", "..", "..");
const COMMITTED = readFileSync(join(PROJECT, "Pulumi.prod.yaml"), "utf8");

/** A change of the stack's config: a path from a key of the project, and what stands there then. Things in lists are found by their name. */
export type Edit = readonly [path: readonly string[], value: unknown];

/** The production stack with changes. */
export function sideWith(...edits: readonly Edit[]): ConfigSide {
  const document = parseDocument(COMMITTED);
  for (const [path, value] of edits) setInConfig(document, path, value);
  return { ref: { name: "Pulumi.prod.yaml" }, ...sideOf("prod", readStack(sourceOf("prod", document.toString()))) };
}

/** The report of a preview without steps, between two configs. */
export function comparison(before: ConfigSide, after: ConfigSide): Report {
  return reportOf(eventsOf([]), { before, after });
}

/** `topic: sentence` of everything that the comparison says. */
export function toldOf({ system }: Report): string[] {
  return system.known ? system.topics.flatMap(({ topic, changes }) => changes.map(({ sentence }) => `${topic}: ${plainSentence(sentence)}`)) : [];
}
