/** What is said of all frameworks at once, in texts that config holds: it follows from the list of frameworks. */
import type { Pipeline } from "./model";
import { seedFrameworks } from "./seed/images";

/** Stands in a text for all frameworks. */
const ALL_FRAMEWORKS = "{frameworks}";

/**
 * A marker expression in which `{frameworks}` is every framework's marker, such as `vllm or sglang`. A default framework that config takes out keeps its
 * place: the repository still has its tests, and they still run nowhere but in its own image.
 */
export function withFrameworkMarkers({ frameworks }: Pipeline, markers: string): string {
  const ids = new Set([...seedFrameworks, ...frameworks].map(({ id }) => id));
  return markers.replaceAll(ALL_FRAMEWORKS, [...ids].join(" or "));
}

/** A text for people in which `{frameworks}` is every framework's title, such as `vLLM, SGLang`. */
export function withFrameworkTitles({ frameworks }: Pipeline, text: string): string {
  return text.replaceAll(ALL_FRAMEWORKS, frameworks.map(({ title }) => title).join(", "));
}
