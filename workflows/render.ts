/** Every file of the target repository that the pipeline is made of. */
import type { Pipeline } from "../pipeline/model";
import { codeowners, CODEOWNERS_PATH } from "./documents/codeowners";
import { readme } from "./documents/readme";
import { troubleshooting } from "./documents/troubleshooting";
import { namespaceObjects, NAMESPACE_OBJECTS_PATH } from "./files/deployment";
import { enforceLimits } from "./limits";
import { headerLines, WORKFLOW_FOLDER } from "./names";
import { PIPELINE_PATH } from "./paths";
import { programs } from "./programs";
import type { RenderedFile, RenderSettings } from "./settings";
import { actionlintConfig, copyPrBotConfig, ZIZMOR_REASONS, zizmorConfig } from "./static";
import { programPath, type Program } from "./steps";
import { workflows } from "./workflows";
import { toYaml } from "./yaml";

/**
 * Renders every file, sorted by path. The same pipeline gives the same bytes.
 * @throws RenderError when the pipeline names something that is not there
 * @throws LimitsError when a file or a run would not fit what GitHub takes; it lists every finding
 */
export function renderFiles(pipeline: Pipeline, settings: RenderSettings): RenderedFile[] {
  const header = headerLines(settings.source, `${pipeline.repository.owner}/${pipeline.repository.name}`);
  const all = workflows(pipeline, settings);
  const files: RenderedFile[] = [
    ...Object.entries(all).map(([name, workflow]) => ({ path: `${WORKFLOW_FOLDER}/${name}`, content: toYaml(workflow, header, ["jobs", "steps"]) })),
    ...delivered(pipeline).map((program) => ({ path: programPath(program), content: commented(header, programs[program]) })),
    { path: PIPELINE_PATH, content: `${JSON.stringify(pipeline, undefined, 1)}\n` },
    { path: NAMESPACE_OBJECTS_PATH, content: `${JSON.stringify(namespaceObjects(pipeline), undefined, 2)}\n` },
    { path: ".github/actionlint.yaml", content: toYaml(actionlintConfig(pipeline), header) },
    { path: ".github/zizmor.yml", content: toYaml(zizmorConfig(all), [...header, "", ...ZIZMOR_REASONS]) },
    ...(pipeline.mirrorBot.kind === "copy-pr-bot" ? [{ path: ".github/copy-pr-bot.yaml", content: toYaml(copyPrBotConfig(pipeline), header) }] : []),
    { path: CODEOWNERS_PATH, content: codeowners(pipeline, header) },
    { path: `${WORKFLOW_FOLDER}/README.md`, content: readme(pipeline, settings, header) },
    { path: `${WORKFLOW_FOLDER}/TROUBLESHOOTING.md`, content: troubleshooting(pipeline, settings, header) },
  ];
  enforceLimits(pipeline, all, files);
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function delivered(pipeline: Pipeline): Program[] {
  const needed = Object.keys(programs) as Program[];
  const left: Partial<Record<Program, boolean>> = { mirror: pipeline.mirrorBot.kind !== "workflow", "verdict-app": pipeline.verdictApp === undefined };
  return needed.filter((program) => left[program] !== true);
}

function commented(header: readonly string[], program: string): string {
  return [...header.map((line) => `// ${line}`.trimEnd()), program].join("\n");
}
