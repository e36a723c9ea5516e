/** The change in the system's own terms: checks, images, runners, trust. */
import type { SystemSection } from "../../preview/model";
import { counted, paragraph, sentence, type Block, type Section } from "../document";

export function systemSection(system: SystemSection): Section {
  const title = "What it means for CI";
  if (!system.known) return { id: "system", title, extent: "not known", blocks: [paragraph(...sentence(system.why.sentence))] };
  const changes = system.topics.reduce((sum, topic) => sum + topic.changes.length, 0);
  return {
    id: "system",
    title,
    extent: counted(changes, "change"),
    blocks: [
      paragraph(...sentence(system.summary.sentence)),
      ...system.topics.flatMap((topic): Block[] => [
        { kind: "heading", text: topic.title },
        { kind: "list", items: topic.changes.map((change) => sentence(change.sentence)) },
      ]),
    ],
  };
}
