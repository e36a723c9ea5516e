/** One sentence for each changed resource. */
import { say, words, type Statement } from "../statement";
import type { Change } from "./change";
import { physicalName } from "./physical";

/** What happens to a resource and, where it is known, why. */
export function describe(change: Change): Statement {
  const { operation, resource, before, after, properties, causes, step } = change;
  const title = words(resource.title);
  const name = physicalName(before ?? after, resource.name);
  const facts = { name: resource.name, physicalName: name, type: resource.type };
  const paths = properties.map(({ path }) => path);
  switch (operation) {
    case "create":
      return { kind: "resource-created", facts, sentence: say`The ${title} ${name} is created.` };
    case "delete":
      return { kind: "resource-deleted", facts, sentence: say`The ${title} ${name} is deleted.` };
    case "forget":
      return { kind: "resource-forgotten", facts, sentence: say`The ${title} ${name} leaves the stack and stays in the cloud.` };
    case "import":
      return { kind: "resource-imported", facts, sentence: say`The ${title} ${name} is taken into the stack as it is in the cloud.` };
    case "replace": {
      const order = step.deletesFirst === undefined ? words("") : words(step.deletesFirst ? "; the old one goes first" : "; the new one comes first");
      const sentence = causes.length === 0 ? say`The ${title} ${name} is replaced${order}.` : say`The ${title} ${name} is replaced, as ${causes} cannot change in place${order}.`;
      return { kind: "resource-replaced", facts: { ...facts, causes: [...causes], deletesFirst: step.deletesFirst ?? null }, sentence };
    }
    case "rename":
      return renameOf(change, facts);
    case "update":
    case "same":
      return { kind: "resource-updated", facts: { ...facts, properties: paths }, sentence: say`The ${title} ${name} changes: ${paths}.` };
  }
}

function renameOf({ resource, renamed, before, after, properties }: Change, facts: Statement["facts"]): Statement {
  const [from, to] = [physicalName(before, renamed?.from.name ?? resource.name), physicalName(after, resource.name)];
  const title = words(resource.title);
  const named = from === to ? say`The ${title} ${from} is called ${resource.name} in the stack instead of ${renamed?.from.name ?? from}` : say`The ${title} ${from} becomes ${to}`;
  const paths = properties.map(({ path }) => path);
  const how = renamed?.recreated === true ? words(": the old one is deleted and a new one created") : words("; nothing is touched in the cloud");
  return { kind: "resource-renamed", facts: { ...facts, from: renamed?.from.name ?? "", recreated: renamed?.recreated === true, properties: paths }, sentence: say`${named}${how}.` };
}
