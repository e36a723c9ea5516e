/** What concerns what: path filters, and the two readings of watched paths. */
import { z } from "zod";
import { text, texts, type Given, type Resolved } from "./kit";

/** How the watched paths are read. */
export const filterReading = z
  .enum(["described", "intended"])
  .default("described")
  .describe(
    "How filters and the paths that frameworks own are read where they have two readings. `described`: as the system's description lists them, such as `*.py` in any folder and all of " +
      "`lib/`. `intended`: what builds and tests read, as the repository's own filters have it: no documents, no tools beside the product, a framework's own tests only for it, and every " +
      "input of the frontend image. `intended` spends less and needs to be kept up to date with the repository.",
  );
export type FilterReading = Resolved<typeof filterReading>;

/** Path patterns: one list for both readings, or a list for each. */
export const patterns = z.union([
  texts,
  z.strictObject({ described: texts.describe("Patterns of the reading `described`."), intended: texts.describe("Patterns of the reading `intended`.") }),
]);

/** One list, or one for each reading. */
export type Patterns = Resolved<typeof patterns>;

export const filter = z
  .strictObject({
    id: text.describe("Identifier: lower case, digits and `-`."),
    title: text.describe("What a match means, for people."),
    patterns: patterns.describe(
      "Path patterns as GitHub reads them; `!` excludes; they apply left to right and the last match wins. One list, or one for each reading (`filterReading`).",
    ),
    concerns: z
      .enum(["backend", "rust", "component", "core", "everything", "none"])
      .describe(
        "`backend`: frameworks are built; `rust`: Rust checks run; `component`: the component image that names this filter; `core`: the core container; " +
          "`everything`: all of these; `none`: a match needs no job.",
      ),
  })
  .describe("A path filter: which changes concern what.");

export type ConfiguredFilter = Resolved<typeof filter>;
export type GivenFilter = Given<typeof filter>;
/** A filter with the patterns of the pipeline's reading. */
export type PathFilter = Omit<ConfiguredFilter, "patterns"> & { readonly patterns: readonly string[] };
