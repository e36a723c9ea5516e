/** Watched paths in the reading that the pipeline names. */
import type { Pipeline } from "../model";
import type { Patterns } from "../schema/filters";
import type { ConfiguredPipeline } from "../schema/pipeline";

/** The pipeline with one list of patterns for each filter and framework. */
export function resolveReading(pipeline: ConfiguredPipeline): Omit<ConfiguredPipeline, "filters" | "frameworks"> & Pick<Pipeline, "filters" | "frameworks"> {
  const read = (patterns: Patterns): readonly string[] => ("described" in patterns ? patterns[pipeline.filterReading] : patterns);
  return {
    ...pipeline,
    filters: pipeline.filters.map((filter) => ({ ...filter, patterns: read(filter.patterns) })),
    frameworks: pipeline.frameworks.map((framework) => ({ ...framework, owns: read(framework.owns) })),
  };
}
