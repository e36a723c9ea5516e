/** Writes the goldens of the rendered files anew: `npx tsx test/workflows/update-goldens.ts`. Look at the difference before committing it. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { seedPipeline } from "../../pipeline/seed";
import { renderFiles } from "../../workflows/index";
import { settings, withMirrorBot } from "./support";

for (const [name, pipeline] of [
  ["seed", seedPipeline],
  ["mirror-bot", withMirrorBot],
] as const) {
  const folder = join(__dirname, "..", "golden", "workflows", name);
  rmSync(folder, { recursive: true, force: true });
  for (const { path, content } of renderFiles(pipeline, settings)) {
    if (path.endsWith(".mjs")) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}
