/**
 * What follows for a plan from images that are made of others of the same commit: whatever runs has its parents run too, in the same workflow, as
 * a job can wait only for jobs of its own workflow.
 */
import { parentsOf } from "../images";
import type { Impact } from "../impact";
import type { ImageBuild, Mode, Pipeline } from "../model";
import type { Decision, Image, PlanPart, PlanScope } from "../plan";

/** A part of the pipeline for one event: whether and why it runs, and the workflow that it belongs to. */
export interface Assigned {
  readonly part: PlanPart;
  readonly scope: PlanScope;
  readonly decision: Decision;
}

/** Something that is built of images of the commit. */
interface Child {
  readonly title: string;
  readonly build: ImageBuild;
  readonly scope: PlanScope;
}

/** The parts, with every component that an image of a running part is made of running too, and its checks before it. */
export function withParents(pipeline: Pipeline, mode: Mode, impact: Impact, assigned: readonly Assigned[]): readonly Assigned[] {
  const wanted = new Map<string, Child>();
  for (const child of runningChildren(pipeline, mode, impact, assigned)) for (const id of componentsBehind(pipeline, child.build)) if (!wanted.has(id)) wanted.set(id, child);
  let changed = false;
  const next = assigned.map((each): Assigned => {
    const [kind, id = ""] = each.part.split(":");
    const child = kind === "component" || kind === "checks" ? wanted.get(id) : undefined;
    if (child === undefined || each.decision.run) return each;
    changed = true;
    return { part: each.part, scope: child.scope, decision: { run: true, why: madeOf(child.title) } };
  });
  return changed ? withParents(pipeline, mode, impact, next) : assigned;
}

/** Why an image is planned that is no framework's and no component's own. */
export function madeOfIt(pipeline: Pipeline, planned: readonly Image[], base: Image): string {
  const child = planned.find((image) => isBehind(pipeline, image, base));
  const owner = [...pipeline.frameworks, ...pipeline.components].find(({ id }) => id === child?.subject.id);
  return madeOf(owner?.title ?? "image");
}

function isBehind(pipeline: Pipeline, image: Image, base: Image): boolean {
  return parentsOf(pipeline, image).some(({ image: parent }) => parent.id === base.id || (parent.subject.kind === "base" && isBehind(pipeline, parent, base)));
}

function madeOf(title: string): string {
  return `The ${title} of the same commit is made of it.`;
}

function runningChildren({ frameworks, components }: Pipeline, mode: Mode, impact: Impact, assigned: readonly Assigned[]): Child[] {
  const running = new Map(assigned.filter(({ decision }) => decision.run).map(({ part, scope }) => [part, scope]));
  const built = frameworks.filter(({ id }) => mode !== "pull-request" || impact.everything !== undefined || impact.frameworks.has(id));
  return [
    ...built.map((each) => ({ ...each, scope: running.get("frameworks") })),
    ...components.map((each) => ({ ...each, scope: running.get(`component:${each.id}`) })),
  ].flatMap(({ title, build, scope }) => (scope === undefined ? [] : [{ title, build, scope }]));
}

/** Components whose own images a build is made of, directly or by stages that are built for nothing else. */
function componentsBehind(pipeline: Pipeline, build: ImageBuild, seen = new Set<ImageBuild>()): string[] {
  if (seen.has(build)) return [];
  seen.add(build);
  const { core, components } = pipeline;
  return build.from.flatMap(({ image, target }) => {
    if (image === core.id) return componentsBehind(pipeline, core.build, seen);
    const component = components.find(({ id }) => id === image);
    if (component === undefined) return [];
    return target === undefined || target === component.build.target ? [component.id] : componentsBehind(pipeline, component.build, seen);
  });
}

/**
 * Whether a component hangs together, by what images are made of, with a framework or with a component that a test names. Then they share a
 * workflow, and nothing that they are made of is built twice for a commit.
 */
export function joined({ core, frameworks, components }: Pipeline, component: string, elsewhere: (component: string) => boolean): boolean {
  const edges = [...frameworks, ...components, core].flatMap(({ id, build }) => build.from.map(({ image }) => [id, image] as const));
  const group = new Set([component]);
  for (let size = 0; size < group.size; ) {
    size = group.size;
    for (const [one, other] of edges) if (group.has(one) || group.has(other)) group.add(one).add(other);
  }
  return frameworks.some(({ id }) => group.has(id)) || [...group].some((id) => elsewhere(id));
}
