/** What the rendered files need to know besides the pipeline. */
import type { Registries } from "../pipeline/infrastructure";

/** Facts of the stack that rendered files and documents name. Cloud identifiers are not among them: jobs read those from variables. */
export interface RenderSettings {
  /** The stack's config file, such as `Pulumi.prod.yaml`: the header of every file names it. */
  readonly source: string;
  /** Image repository in both registries, such as `ai-dynamo/dynamo`; documents name it. */
  readonly imageRepository: string;
  /** Whether pull-request images share main's repository; documents say what that means. */
  readonly pullRequestImages: Registries["pullRequestImages"];
}

/** A file of the target repository. */
export interface RenderedFile {
  /** Path from the repository's root, with `/`. */
  readonly path: string;
  readonly content: string;
  /** Git's file mode. `100644` when left out. */
  readonly mode?: "100644" | "100755";
}
