/** GitHub's parser of workflow files. */
import type * as parser from "@actions/workflow-parser" with { "resolution-mode": "import" };

export function loadParser(): Promise<typeof parser>;
