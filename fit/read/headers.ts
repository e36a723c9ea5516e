/** Looks for licence headers, in the files that the pipeline says carry one. */
import { compilePatterns } from "../../pipeline/filters";
import type { Copyright } from "../../pipeline/schema/copyright";
import type { HeaderReading } from "../readings";
import type { Tree } from "./tree";

/** Files that lack a tag. Empty files carry nothing, and what is no text has no header. */
export function readHeaders(tree: Tree, { tags, languages, ignored }: Copyright): HeaderReading[] {
  const asked = compilePatterns([...languages.flatMap(({ files }) => files), ...ignored.map((pattern) => `!${pattern}`)]);
  const files = tree.files.filter(asked);
  tree.load(files);
  return files.flatMap((path) => {
    const text = tree.text(path);
    if (!text.ok || text.value.trim() === "") return [];
    const missing = tags.filter((tag) => !text.value.includes(tag));
    return missing.length === 0 ? [] : [{ path, missing }];
  });
}
