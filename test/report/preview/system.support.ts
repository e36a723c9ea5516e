/** Two configs of the fixture's stack, compared: as they are, and with some of it changed as a user changes the default pipeline, by name. */
import { Document } from "yaml";
import { describe as sideOf } from "../../../cli/report/describe";
import { setInConfig } from "../../../config/edit";
import { NAMESPACE, sourceOf } from "../../../config/file";
import { readStack } from "../../../config/read";
import { plainSentence, type ConfigSide, type Report } from "../../../report/preview";
import { layersOf } from "../../fixture";
import { eventsOf, reportOf } from "./support";

/** A change of the stack's config: a path from a key of the project, and what stands there then. Things in lists are found by their name. */
export type Edit = readonly [path: readonly string[], value: unknown];

/** The fixture's large stack with changes. */
export function sideWith(...edits: readonly Edit[]): ConfigSide {
  const { defaults, values } = layersOf("large");
  const document = new Document({ config: Object.fromEntries(Object.entries(values).map(([key, value]) => [`${NAMESPACE}:${key}`, value])) });
  for (const [path, value] of edits) setInConfig(document, path, value);
  return { ref: { name: "Pulumi.large.yaml" }, ...sideOf("large", readStack(sourceOf("large", document.toString()), defaults)) };
}

/** The report of a preview without steps, between two configs. */
export function comparison(before: ConfigSide, after: ConfigSide): Report {
  return reportOf(eventsOf([]), { before, after });
}

/** `topic: sentence` of everything that the comparison says. */
export function toldOf({ system }: Report): string[] {
  return system.known ? system.topics.flatMap(({ topic, changes }) => changes.map(({ sentence }) => `${topic}: ${plainSentence(sentence)}`)) : [];
}
