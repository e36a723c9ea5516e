/** The rendered files, written to the default branch of the repository whose CI this is. */
import * as pulumi from "@pulumi/pulumi";
import { RepositoryFile } from "@pulumi/github/repositoryFile";
import type { RenderedFile } from "../../workflows/settings";

export interface WorkflowFilesArgs {
  /** Name of the repository. */
  repository: pulumi.Input<string>;
  /** Branch that is written; the app that applies this stack may write it without a pull request. */
  branch: pulumi.Input<string>;
  /** The files. Each is one commit. */
  files: RenderedFile[];
}

const WORKFLOW_FOLDER = ".github/workflows/";

/** The rendered workflow files, committed to the default branch of the product repository. */
export class WorkflowFiles extends pulumi.ComponentResource {
  /** What was written, in order: protection comes after it. */
  readonly files: pulumi.Resource[];

  constructor(name: string, args: WorkflowFilesArgs, opts: pulumi.ComponentResourceOptions) {
    super("gpu-cicd:github:WorkflowFiles", name, {}, opts);

    this.files = [];
    for (const { path, content } of inWritingOrder(args.files)) {
      const previous = this.files.slice(-1);
      this.files.push(
        new RepositoryFile(
          `${name}-${path}`,
          {
            repository: args.repository,
            branch: args.branch,
            file: path,
            content,
            // A commit for each file would start CI for each; the last state is what the next pull request tests.
            commitMessage: `Update ${path} from the gpu-cicd stack [skip ci]`,
            overwriteOnCreate: true,
            // No author and no e-mail address: GitHub signs a commit of an app in the app's own name, and only then.
          },
          // Every write moves the branch, and GitHub answers 409 to two writes at once.
          { parent: this, dependsOn: previous },
        ),
      );
    }
    this.registerOutputs({});
  }
}

/** Workflows come last: no commit has one that runs a program which is not there yet. At a destroy they go first. */
function inWritingOrder(files: readonly RenderedFile[]): RenderedFile[] {
  const rank = ({ path }: RenderedFile): string => `${path.startsWith(WORKFLOW_FOLDER) ? 1 : 0}${path}`;
  return [...files].sort((one, other) => (rank(one) < rank(other) ? -1 : 1));
}
