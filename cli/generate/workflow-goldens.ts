/** What each stack renders, so that a review of a config change shows the change of the files. */
import { committedStacks } from "../kit/project";
import { readCommittedStack } from "../stack";
import type { Generated } from "./generator";

const FOLDER = "test/golden/workflows";

/** Programs are left out: their bundles are committed already. */
export function workflowGoldens(): Generated {
  const files = committedStacks().flatMap((stack) => readCommittedStack(stack).files.filter(({ path }) => !path.endsWith(".mjs")).map(({ path, content }) => ({ path: `${FOLDER}/${stack}/${path}`, content })));
  return { files, folders: [FOLDER] };
}
