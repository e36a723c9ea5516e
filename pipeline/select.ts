/**
 * The plan of an event: which jobs, images, tests and deployments run, and why.
 *
 * A push to main starts two workflows. Each part of its plan belongs to exactly one of them, so nothing is built or tested twice:
 * `ci-test-suite.yml` (scope `suite`) has the frameworks' images and tests, Rust, the core container, the deployment tests and the operator
 * that these install; `pr.yaml` (scope `backend`) has the other component images and reports `backend-status-check`.
 */
import { verdictCheck } from "./checks";
import { occasionOf, UnknownEventError, type Occasion } from "./events";
import { baseImages, componentImages, images } from "./images";
import { impactOf, type Impact } from "./impact";
import type { ComponentImage, Pipeline } from "./model";
import type { Changes, Decision, Image, Plan, PipelineEvent, PlanPart, PlanScope } from "./plan";
import { joined, madeOfIt, withParents, type Assigned } from "./select/parents";
import { plannedDeployments, plannedTests } from "./tests";
import { WORKFLOW_FILES } from "./workflow-files";

export { WORKFLOW_FILES } from "./workflow-files";

/**
 * Makes the plan.
 * @param changes the changed files; main, release and nightly runs build everything whatever they are
 * @param scope the workflow that asks; all that the event starts when left out
 * @throws UnknownEventError when the event starts no workflow, or not the one that asks
 */
export function select(pipeline: Pipeline, event: PipelineEvent, changes: Changes, scope?: PlanScope): Plan {
  const occasion = occasionOf(pipeline, event);
  if (scope !== undefined && !occasion.scopes.includes(scope)) throw notStarted(occasion, scope);
  const impact = impactOf(pipeline, changes);
  const assigned = withParents(pipeline, occasion.mode, impact, assignParts(pipeline, occasion, impact)).map((part) => confine(part, scope));
  const parts = Object.fromEntries(assigned.map(({ part, decision }) => [part, decision])) as Record<PlanPart, Decision>;
  const planned = plannedImages(pipeline, occasion, impact, parts);
  return {
    mode: occasion.mode,
    ...(scope === undefined ? {} : { scope }),
    parts,
    images: planned,
    tests: plannedTests(pipeline, occasion.mode, planned),
    deployments: parts.deployments.run ? plannedDeployments(pipeline, planned) : [],
    unclaimed: impact.unclaimed,
  };
}

function assignParts(pipeline: Pipeline, occasion: Occasion, impact: Impact): Assigned[] {
  return [
    assignCore(pipeline, occasion, impact),
    assignRust(pipeline, occasion, impact),
    assignFrameworks(pipeline, occasion, impact),
    ...pipeline.components.flatMap((component) => {
      const image = assignComponent(pipeline, occasion, impact, component);
      return component.checks.length === 0 ? [image] : [image, assignChecks(occasion, impact, component, image)];
    }),
    assignDeployments(pipeline, occasion),
  ];
}

function assignCore(pipeline: Pipeline, occasion: Occasion, impact: Impact): Assigned {
  const { mode, scopes } = occasion;
  if (mode !== "pull-request")
    return { part: "core", scope: "suite", decision: runs("Main and release branches always build the core container.") };
  if (scopes.includes("direct"))
    return { part: "core", scope: "direct", decision: decide(impact.everything ?? impact.core, "Only documentation changed.") };
  return { part: "core", scope: "backend", decision: decideMirroredCore(pipeline, occasion, impact) };
}

/** Where no check of the pull request itself builds the core container, its mirror branch does. */
function decideMirroredCore(pipeline: Pipeline, occasion: Occasion, impact: Impact): Decision {
  return checkedDirectly(pipeline, occasion, "build the core container") ?? onMirrorAlone(occasion) ?? decide(impact.everything ?? impact.core, "Only documentation changed.");
}

/** A commit is checked once: what the pull request itself has seen, its mirror does not do again. */
function checkedDirectly(pipeline: Pipeline, { ref }: Occasion, does: string): Decision | undefined {
  return verdictCheck(pipeline, "direct") === undefined ? undefined : skips(`The direct checks of the same commit ${does}, not its ${ref} branch.`);
}

/** What the backend's workflow builds with a runner and an identity that only mirror branches reach. */
function onMirrorAlone({ trust }: Occasion): Decision | undefined {
  return trust === "fork" ? skips("The mirror branch of the pull request builds the core container.") : undefined;
}

function assignRust(pipeline: Pipeline, occasion: Occasion, impact: Impact): Assigned {
  const { mode, scopes } = occasion;
  if (mode !== "pull-request")
    return { part: "rust", scope: "suite", decision: runs("Main and release branches always run the Rust checks.") };
  const decision = decide(impact.everything ?? impact.rust, "No changed file concerns Rust.");
  if (scopes.includes("direct")) return { part: "rust", scope: "direct", decision };
  return { part: "rust", scope: "backend", decision: checkedDirectly(pipeline, occasion, "run the Rust checks") ?? onMirrorAlone(occasion) ?? decision };
}

function assignFrameworks(pipeline: Pipeline, occasion: Occasion, impact: Impact): Assigned {
  if (occasion.mode !== "pull-request") {
    const count = images(pipeline, occasion.mode).length;
    return { part: "frameworks", scope: "suite", decision: runs(`Main and release branches always build all ${count} framework images.`) };
  }
  const decision =
    withoutIdentity(occasion, "framework images") ??
    decide(impact.everything ?? frameworksWhy(impact), "No changed file concerns a framework.");
  return { part: "frameworks", scope: "backend", decision };
}

function assignComponent(pipeline: Pipeline, occasion: Occasion, impact: Impact, component: ComponentImage): Assigned {
  const part: PlanPart = `component:${component.id}`;
  const { mode, ref } = occasion;
  const assign = (scope: PlanScope, decision: Decision): Assigned => ({ part, scope, decision });
  if (!component.modes.includes(mode)) return assign("suite", skips(`The ${component.title} is not built in ${mode} mode.`));
  if (mode === "pull-request") {
    const touched = impact.everything ?? impact.components.get(component.id);
    return assign(
      "backend",
      withoutIdentity(occasion, "component images") ?? decide(touched, `No changed file concerns the ${component.title}.`),
    );
  }
  if (ref === "release") return assign("suite", skips("Release branches build the frameworks' images alone."));
  if (isDeployed(pipeline, occasion, component))
    return assign("suite", runs(`The deployment tests install the ${component.title} of the same commit.`));
  const apart = mode !== "nightly" && !joined(pipeline, component.id, (id) => id === pipeline.deployments.operatorImage && deploys(pipeline, occasion));
  return assign(apart ? "backend" : "suite", runs(`Main always builds the ${component.title}.`));
}

/** The sources are tested wherever the image is built; and in the merge queue, which builds none, as that takes no identity. */
function assignChecks({ event }: Occasion, impact: Impact, { id, title }: ComponentImage, image: Assigned): Assigned {
  const part: PlanPart = `checks:${id}`;
  if (event.name !== "merge_group") return { ...image, part };
  return { ...image, part, decision: decide(impact.everything ?? impact.components.get(id), `No changed file concerns the ${title}.`) };
}

function assignDeployments(pipeline: Pipeline, occasion: Occasion): Assigned {
  const scope = occasion.mode === "pull-request" ? "backend" : "suite";
  return { part: "deployments", scope, decision: decideDeployments(pipeline, occasion) };
}

function decideDeployments(pipeline: Pipeline, occasion: Occasion): Decision {
  const { deployments, repository } = pipeline;
  if (deploys(pipeline, occasion)) return runs(`Deployment tests run on every ${occasion.mode} run of ${repository.defaultBranch}.`);
  if (deployments.tests.length === 0) return skips("No deployment test is configured.");
  if (occasion.ref === "main") return skips(`Deployment tests run in ${deployments.modes.join(" and ")} mode only.`);
  return skips(`Deployment tests run from ${repository.defaultBranch} only.`);
}

function deploys({ deployments }: Pipeline, { ref, mode }: Occasion): boolean {
  return ref === "main" && deployments.modes.includes(mode) && deployments.tests.length > 0;
}

function isDeployed(pipeline: Pipeline, occasion: Occasion, component: ComponentImage): boolean {
  return component.id === pipeline.deployments.operatorImage && deploys(pipeline, occasion);
}

/** Images are pushed, which takes an identity, and code that nobody has vetted gets none. */
function withoutIdentity({ event }: Occasion, what: string): Decision | undefined {
  if (event.name === "pull_request")
    return skips(`A pull request itself holds no identity to push ${what} with; its mirror branch builds them.`);
  if (event.name === "merge_group")
    return skips(`A merge group holds no identity to push ${what} with; the mirror branch built them, and main builds them again.`);
  return undefined;
}

/** One sentence for all frameworks: the common reason, or one for each. */
function frameworksWhy({ frameworks }: Impact): string | undefined {
  const reasons = [...new Set(frameworks.values())];
  return reasons.length === 0 ? undefined : reasons.join(" ");
}

function plannedImages(pipeline: Pipeline, { mode, tagPrefix }: Occasion, impact: Impact, parts: Plan["parts"]): Plan["images"] {
  const ofFrameworks = parts.frameworks.run
    ? images(pipeline, mode, tagPrefix).flatMap((image) => withReason(image, frameworkWhy(mode, impact, image, parts)))
    : [];
  const ofComponents = componentImages(pipeline, mode, tagPrefix).flatMap((image) => {
    const decision = parts[`component:${image.subject.id}`];
    return withReason(image, decision?.run ? decision.why : undefined);
  });
  const made = [...ofFrameworks, ...ofComponents];
  return [...made, ...baseImages(pipeline, made, tagPrefix).map((base) => ({ ...base, why: madeOfIt(pipeline, made, base) }))];
}

function frameworkWhy(mode: Plan["mode"], impact: Impact, image: Image, parts: Plan["parts"]): string | undefined {
  if (mode !== "pull-request") return parts.frameworks.why;
  return impact.everything ?? impact.frameworks.get(image.subject.id);
}

function withReason(image: Image, why: string | undefined): (Image & { readonly why: string })[] {
  return why === undefined ? [] : [{ ...image, why }];
}

/** Leaves a part to the workflow that it belongs to, when another one asks. */
function confine(assigned: Assigned, scope: PlanScope | undefined): Assigned {
  if (scope === undefined || assigned.scope === scope || !assigned.decision.run) return assigned;
  return { ...assigned, decision: skips(`${WORKFLOW_FILES[assigned.scope]} does this for the same event.`) };
}

function decide(touched: string | undefined, otherwise: string): Decision {
  return touched === undefined ? skips(otherwise) : runs(touched);
}

function runs(why: string): Decision {
  return { run: true, why };
}

function skips(why: string): Decision {
  return { run: false, why };
}

function notStarted({ event, scopes }: Occasion, scope: PlanScope): UnknownEventError {
  const started = scopes.map((each) => WORKFLOW_FILES[each]).join(" and ");
  return new UnknownEventError(
    `event ${JSON.stringify(event.name)} on ref ${JSON.stringify(event.ref)} does not start ${WORKFLOW_FILES[scope]}: it starts ${started}`,
  );
}
