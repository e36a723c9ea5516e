/** Writes the golden reports anew: `npx tsx test/report/update-goldens.ts`. Look at the difference before committing it. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { caseNames } from "./cases";
import { GOLDEN_REPORTS, goldenFiles } from "./goldens";

rmSync(GOLDEN_REPORTS, { recursive: true, force: true });
mkdirSync(GOLDEN_REPORTS, { recursive: true });
for (const name of caseNames) for (const [file, text] of Object.entries(goldenFiles(name))) writeFileSync(join(GOLDEN_REPORTS, file), text);
