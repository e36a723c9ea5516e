/** Paths that both the renderer and the programs on the runner know. */

/** Folder of the programs that jobs run, in the target repository. */
export const PROGRAM_FOLDER = ".github/ci";

/** The pipeline as JSON, which the programs read on the runner. */
export const PIPELINE_PATH = `${PROGRAM_FOLDER}/pipeline.json`;
