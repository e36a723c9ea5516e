/**
 * `make render STACK=prod OUT=dir`: writes every rendered file below a folder, as the target repository would have it.
 *
 * Usage: `npx tsx workflows/cli/render.ts OUT [PIPELINE.json [SETTINGS.json]]`. Without a pipeline the default one is rendered.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Pipeline } from "../../pipeline/model";
import { seedPipeline } from "../../pipeline/seed";
import { renderFiles, type RenderedFile, type RenderSettings } from "../index";

/** Settings of the default pipeline. */
export const DEFAULT_SETTINGS: RenderSettings = { source: "Pulumi.prod.yaml", imageRepository: "ai-dynamo/dynamo", pullRequestImages: "shared" };

/** Renders a pipeline and writes its files below a folder. Files that are there already are written over; others stay. */
export async function renderTo(folder: string, pipeline: Pipeline, settings: RenderSettings): Promise<RenderedFile[]> {
  const files = renderFiles(pipeline, settings);
  for (const { path, content, mode } of files) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content, { mode: mode === "100755" ? 0o755 : 0o644 });
  }
  return files;
}

async function main([out, pipelinePath, settingsPath]: readonly string[]): Promise<void> {
  if (out === undefined) throw new Error("usage: render OUT [PIPELINE.json [SETTINGS.json]]");
  const pipeline = pipelinePath === undefined ? seedPipeline : (JSON.parse(await readFile(pipelinePath, "utf8")) as Pipeline);
  const settings = settingsPath === undefined ? DEFAULT_SETTINGS : (JSON.parse(await readFile(settingsPath, "utf8")) as RenderSettings);
  for (const { path } of await renderTo(out, pipeline, settings)) console.log(join(out, path));
}

if (require.main === module) {
  main(process.argv.slice(2)).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  });
}
