/** How GitHub is told what the pipeline is: values in, text out. */
export { actions } from "./actions";
export { RenderError } from "./files/context";
export { jobFacts } from "./facts";
export { LimitsError } from "./limits";
export type { RenderedFile, RenderSettings } from "./settings";
export { COMPILER_CACHE_PREFIX, VARIABLE_NAMES, variables, type VariableSource, type VariableSpec } from "./variables";
export { runnerModes, type RunnerMode } from "./runner-modes";
export { secretsRead } from "./files/secrets";
export { workflows } from "./workflows";
export { renderFiles } from "./render";
