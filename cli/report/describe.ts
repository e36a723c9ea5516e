/**
 * What a stack's config means, as JSON: `tsx cli/report/describe.ts STACK`. A report runs it in the code of the commit that it compares with,
 * so it uses nothing but the modules that read configs.
 */
import { join } from "node:path";
import { infrastructureEnvironments, trustedJobs } from "../../components/trust/purposes";
import { readStackFile } from "../../config/file";
import type { StackInput } from "../../config/read";
import type { ConfigSide } from "../../report/preview/system/side";

/** A config with who is trusted by it. */
export function describe(stack: string, { pipeline, infrastructure, files }: StackInput): Omit<ConfigSide, "ref"> {
  const { github } = infrastructure;
  return {
    pipeline,
    infrastructure,
    files,
    trust: trustedJobs(stack, pipeline, github).map(({ purpose, subjects, environments }) => ({ purpose, subjects, environments })),
    ownEnvironments: infrastructureEnvironments(stack, github.applyReviewers, pipeline.repository.defaultBranch),
  };
}

if (require.main === module) {
  const [stack = ""] = process.argv.slice(2);
  process.stdout.write(JSON.stringify(describe(stack, readStackFile(join(__dirname, "..", ".."), stack))));
}
