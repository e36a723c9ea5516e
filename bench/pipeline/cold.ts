/**
 * What a function costs that runs for the first time in its process, in milliseconds, as JSON; loading the modules is not part of it.
 * Usage: `node --import tsx bench/pipeline/cold.ts select|render FILE`, where FILE is JSON of ColdInput.
 */
import { readFileSync } from "node:fs";
import type { Pipeline } from "../../pipeline/model";
import { select } from "../../pipeline/select";
import { renderFiles, type RenderSettings } from "../../workflows";
import { cost } from "../kit/rounds";
import { manyFiles, MIRROR_PUSH } from "../scale/changes";

export interface ColdInput {
  readonly pipeline: Pipeline;
  readonly settings: RenderSettings;
}

const WORKS = {
  select: ({ pipeline }: ColdInput) => select(pipeline, MIRROR_PUSH, { known: true, files: manyFiles }).images.length,
  render: ({ pipeline, settings }: ColdInput) => renderFiles(pipeline, settings).length,
} as const;
export type ColdWork = keyof typeof WORKS;

if (require.main === module) {
  const [name, file = ""] = process.argv.slice(2);
  const input = JSON.parse(readFileSync(file, "utf8")) as ColdInput;
  const work = WORKS[name as ColdWork];
  process.stdout.write(JSON.stringify(cost(() => void work(input))));
}
