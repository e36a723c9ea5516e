/**
 * Amazon ECR's rules for tag mutability and its exclusion filters (API reference: CreateRepository, ImageTagMutabilityExclusionFilter;
 * at most five filters and two wildcards a filter: User Guide, "Preventing image tags from being overwritten").
 */
import { type Finding, show } from "./finding";

export const MUTABILITIES = ["MUTABLE", "IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION", "MUTABLE_WITH_EXCLUSION"] as const;
export const MAXIMUM_FILTERS = 5;
export const MAXIMUM_FILTER_WILDCARDS = 2;

const FILTER_SHAPE = /^[0-9a-zA-Z._*-]{1,128}$/;

export interface ExclusionFilter {
  readonly filter?: string;
  readonly filterType?: string;
}

/** Every rule that a repository's mutability and filters break. */
export function exclusionFindings(mutability: string, filters: readonly ExclusionFilter[] | undefined): Finding[] {
  const path = "imageTagMutabilityExclusionFilters";
  const excludes = mutability.endsWith("_WITH_EXCLUSION");
  if (!excludes) {
    return filters === undefined || filters.length === 0
      ? []
      : [
          {
            path,
            message: `found ${filters.length} with imageTagMutability ${show(mutability)}; filters go with IMMUTABLE_WITH_EXCLUSION or MUTABLE_WITH_EXCLUSION only`,
          },
        ];
  }
  if (filters === undefined || filters.length < 1 || filters.length > MAXIMUM_FILTERS) {
    return [
      { path, message: `found ${filters?.length ?? 0} filters; imageTagMutability ${show(mutability)} needs 1 to ${MAXIMUM_FILTERS}` },
    ];
  }
  return filters.flatMap((filter, index) => filterFindings(filter, filters.slice(0, index), `${path}[${index}]`));
}

function filterFindings({ filter, filterType }: ExclusionFilter, earlier: readonly ExclusionFilter[], path: string): Finding[] {
  const findings: Finding[] = [];
  if (filterType !== "WILDCARD") findings.push({ path: `${path}.filterType`, message: `found ${show(filterType)}; allowed is WILDCARD` });
  if (filter === undefined || !FILTER_SHAPE.test(filter)) {
    return [...findings, { path: `${path}.filter`, message: `found ${show(filter)}; a string like ${FILTER_SHAPE.source} is needed` }];
  }
  const wildcards = filter.split("*").length - 1;
  if (wildcards > MAXIMUM_FILTER_WILDCARDS) {
    findings.push({
      path: `${path}.filter`,
      message: `${show(filter)} has ${wildcards} wildcards; at most ${MAXIMUM_FILTER_WILDCARDS} are allowed`,
    });
  }
  if (earlier.some((other) => other.filter === filter))
    findings.push({ path: `${path}.filter`, message: `${show(filter)} is given twice` });
  return findings;
}
