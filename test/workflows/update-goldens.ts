/** Writes the goldens of the rendered files anew: `npx tsx test/workflows/update-goldens.ts`. Look at the difference before committing it. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { readStackFile } from "../../config/file";
import { writeFiles } from "../../workflows/cli/render";

const PROJECT = join(__dirname, "..", "..");

async function update(stack: string): Promise<void> {
  const folder = join(PROJECT, "test", "golden", "workflows", stack);
  rmSync(folder, { recursive: true, force: true });
  const files = readStackFile(PROJECT, stack).files.filter(({ path }) => !path.endsWith(".mjs"));
  await writeFiles(folder, files);
}

void Promise.all(["prod", "dev"].map(update));
