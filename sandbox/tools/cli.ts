/** Usage: `npx tsx sandbox/tools/cli.ts path NAME | ensure [NAME...] | list` */
import { pinnedVersion } from "./catalog";
import { ensureTools, findTool, TOOL_NAMES, toolPath, type AnyTool } from "./index";
import { locate } from "./locate";

async function main([command, ...names]: readonly string[]): Promise<void> {
  switch (command) {
    case "path":
      console.log(await toolPath(asTool(names[0] ?? "")));
      return;
    case "ensure":
      for (const tool of await ensureTools(names.length > 0 ? names.map(asTool) : TOOL_NAMES)) console.log(`${tool.name} ${tool.version} ${tool.path}`);
      return;
    case "list":
      for (const name of TOOL_NAMES) await describe(name);
      return;
    default:
      throw new Error(`usage: path NAME | ensure [NAME...] | list; NAME is one of ${TOOL_NAMES.join(", ")}`);
  }
}

function asTool(name: string): AnyTool {
  const known = TOOL_NAMES.find((tool) => tool === name);
  if (!known) throw new Error(`'${name}' is no tool of the sandbox; there are ${TOOL_NAMES.join(", ")}`);
  return known;
}

async function describe(name: AnyTool): Promise<void> {
  const tool = await findTool(name);
  console.log(tool ? `${name} ${tool.version} ${tool.path}` : `${name} ${pinnedVersion(name)} not here yet`);
  for (const { path, reason } of (await locate(name)).passedOver) console.log(`  passed over ${path}: ${reason}`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
