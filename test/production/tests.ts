/** Which tests read what is production's own and need nothing but Node.js. */
import needs from "../needs.json";
import ALLOWED from "../production.json";

/** Arguments for Jest that select them. */
export function productionTests(): readonly string[] {
  const escaped = (start: string): string => start.replaceAll(".", "\\.");
  return [
    ...["--testPathPatterns", ...Object.keys(ALLOWED).map((start) => `/${escaped(start)}`)],
    ...["--testPathIgnorePatterns", ...Object.keys(needs).map((start) => `<rootDir>/${escaped(start)}`)],
  ];
}
