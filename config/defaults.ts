/** What a stack's config starts from. */
import { configuredSeed, seedPipeline } from "../pipeline/seed";
import { seedLoad } from "../pipeline/seed/load";
import { seedPrices } from "../pipeline/seed/prices";
import { seedVmSizes } from "../pipeline/seed/vm-sizes";
import type { Json } from "./merge";

/** Filters and frameworks keep both readings of their paths: which one counts is known once config is read. */
const { filters, frameworks } = configuredSeed;

/** Values by key. Config changes them; a key of the infrastructure that is not here starts from nothing. */
export interface Defaults {
  readonly pipeline: Readonly<Record<string, Json>>;
  readonly infrastructure: Readonly<Record<string, Json>>;
}

/** The default pipeline, sizes, prices and load. */
export const DEFAULTS: Defaults = {
  pipeline: { ...seedPipeline, filters, frameworks } as unknown as Defaults["pipeline"],
  infrastructure: { vmSizes: seedVmSizes, prices: seedPrices, load: seedLoad } as unknown as Defaults["infrastructure"],
};
