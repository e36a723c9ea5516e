/** What is known not to fit the repository, and is left. */
import { z } from "zod";
import { text, type Given, type Resolved } from "./kit";

const excuse = z
  .strictObject({
    rule: text.describe("Id of the rule, as docs/fit.md lists them."),
    where: text.describe("Path of the finding: of a file, as a pattern like those of the filters, or of a value in config."),
    about: text.optional().describe("What the finding is about; `*` stands for any text. Default: all that the rule finds there."),
    why: text.min(1, "a reason").describe("One sentence for people: why it is left, and until when."),
  })
  .describe("A finding of `make fit` that is known and left. One that covers nothing is itself a finding.");

export const fit = z.strictObject({ excuses: z.array(excuse).default([]).describe("Findings that are known and left.") }).describe("How the pipeline is held against the repository that it is for.");

export type FitSettings = Resolved<typeof fit>;
export type GivenFitSettings = Given<typeof fit>;
