/** Which files carry a licence header, and what it says. */
import { z } from "zod";
import { text, texts, type Given, type Resolved } from "./kit";

const language = z
  .strictObject({
    comment: text.describe("What begins a line of a comment.").meta({ examples: ["#", "//"] }),
    files: texts.describe("Path patterns of its files, as in the path filters."),
  })
  .describe("Files whose comments begin alike.");

export const copyright = z
  .strictObject({
    header: texts.describe("Lines of the header without the comment's beginning. `{year}` stands for the year."),
    tags: texts.describe("What every file must hold; each begins a line of the header."),
    languages: z.array(language).describe("Kinds of files that carry a header."),
    ignored: texts.describe("Path patterns of files that carry none."),
  })
  .describe("Licence headers: what `copyright-checks` demands.");

export type Copyright = Resolved<typeof copyright>;
export type GivenCopyright = Given<typeof copyright>;
