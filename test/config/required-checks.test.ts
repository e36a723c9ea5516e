/** A required check is one entry of a stack's config: everything that a check needs follows from it, and goes with it. */
import { join } from "node:path";
import { parse } from "yaml";
import { protection } from "../../components/plan";
import { policyConfig } from "../../config/policies";
import { ConfigError, type StackInput } from "../../config/read";
import { explain } from "../../report/explain";
import { Templates } from "../../report/capacity/templates";
import type { ParsedWorkflow } from "../workflows/support";
import { fixtureValues, mergeQueueOf } from "../fixture";
import { DOCS_LINKS as LINKS, withChecks as read } from "./support";

const settings = { source: "Pulumi.small.yaml", imageRepository: "r", pullRequestImages: "shared" } as const;

function findings(requiredChecks: unknown, more?: Record<string, unknown>): string[][] {
  try {
    read(requiredChecks, more);
  } catch (error) {
    if (error instanceof ConfigError) return error.findings.map(({ path, found, allowed }) => [path.replace("gpu-cicd:requiredChecks", ""), found, allowed]);
    throw error;
  }
  return [];
}

const content = ({ files }: StackInput, name: string): string => files.find(({ path }) => path === join(".github/workflows", name))?.content ?? "";
const workflow = (stack: StackInput, name: string): ParsedWorkflow => parse(content(stack, name)) as ParsedWorkflow;

describe("one entry", () => {
  const stack = read({ "docs-links": LINKS });

  test("makes the workflow: on every pull request, bounded, with a token that reads, on a machine of GitHub's", () => {
    expect(workflow(stack, "docs-links.yml")).toMatchObject({
      name: "docs-links",
      on: { pull_request: { types: ["opened", "synchronize", "reopened", "edited"] } },
      permissions: {},
      jobs: {
        "docs-links": {
          name: "docs-links",
          "runs-on": "ubuntu-24.04",
          permissions: { contents: "read" },
          "timeout-minutes": 7,
          steps: [{ with: { "persist-credentials": false } }, { name: "Run the check", run: LINKS.run }],
        },
      },
    });
    expect(Object.keys(workflow(stack, "docs-links.yml").on)).toEqual(["pull_request"]);
    expect(workflow(stack, "docs-links.yml").jobs["docs-links"]).not.toHaveProperty("if");
  });

  test("is required of main and of release branches, as reported by GitHub Actions", () => {
    const rendered = { stack: "small", namePrefix: "p", ...stack } as unknown as Parameters<typeof protection>[0];
    expect(protection(rendered).requiredChecks).toContainEqual({ context: "docs-links", appId: 15368 });
  });

  test("is told in both documents: what it does, and what helps", () => {
    expect(content(stack, "README.md")).toContain(`| \`docs-links\` | Every pull request | ${LINKS.title} |`);
    expect(content(stack, "README.md")).toMatch(/the first 5 run by themselves/);
    expect(content(stack, "TROUBLESHOOTING.md")).toContain(`| \`docs-links\` | It found something. Its page says what. | ${LINKS.fix} |`);
  });

  test("is explained, and simulated with its time limit", () => {
    const explanation = explain(stack.pipeline, settings, { name: "pull_request", ref: "refs/pull/1/merge" }, { known: true, files: [{ path: "docs/a.md", status: "modified" }] });
    expect(explanation.checks).toContainEqual({ context: "docs-links", reporter: "docs-links.yml", reports: "now", why: `${LINKS.title}.` });
    expect(explanation.jobs).toContainEqual(expect.objectContaining({ workflow: "docs-links.yml", runner: "ubuntu-24.04" }));
    const { direct } = new Templates(stack).pullRequest({ known: true, files: [] });
    expect(direct.find(({ file }) => file === "docs-links.yml")?.template.jobs).toEqual([expect.objectContaining({ limit: 7 })]);
  });

  test("is what the policies demand", () => {
    expect(policyConfig("dev", stack)).toMatchObject({
      "required-checks-present": { contexts: expect.arrayContaining(["tidy", "docs-links"]) as unknown },
      "required-checks-configured": { contexts: expect.arrayContaining(["docs-links"]) as unknown },
      "required-checks-pinned": { apps: { "sign-off": 7711 }, actionsApp: 15368 },
    });
  });

  test("also runs on merge groups where main has a queue", () => {
    const queued = read({ "docs-links": LINKS }, { mergeQueue: mergeQueueOf("small") });
    expect(workflow(queued, "docs-links.yml").on).toEqual({ pull_request: { types: ["opened", "synchronize", "reopened", "edited"] }, merge_group: {} });
    expect(content(queued, "README.md")).toContain("| `docs-links` | The same as on the pull request |");
  });

  test("can be a list of commands, on a runner of its own", () => {
    const commands = [
      { name: "Install", run: "pip install linkchecker", directory: "docs" },
      { name: "Check", run: "python3 check_links.py \"${ROOT}\"", env: { ROOT: "docs" } },
    ];
    const stack = read(
      { "docs links 2.0": { ...LINKS, run: commands, runner: "big" } },
      { runnerClasses: [...(fixtureValues("small")["runnerClasses"] as object[]), { kind: "hosted", id: "big", label: "ubuntu-24.04-16core", arch: "amd64", trust: ["fork"] }] },
    );
    const job = workflow(stack, "docs-links-2.0.yml").jobs["docs-links-2-0"];
    expect(job).toMatchObject({ name: "docs links 2.0", "runs-on": "ubuntu-24.04-16core" });
    expect(job?.steps?.slice(1)).toEqual([
      { name: "Install", "working-directory": "docs", run: "pip install linkchecker" },
      { name: "Check", env: { ROOT: "docs" }, run: "python3 check_links.py \"${ROOT}\"" },
    ]);
  });
});

describe("null", () => {
  test.each(["tidy", "licences", "sign-off", "core-gate"])("removes %s and all that named it", (context) => {
    const stack = read({ [context]: null });
    const rest = stack.files.filter(({ path, content: text }) => !path.endsWith(".mjs") && (path.includes(context) || new RegExp(`(?<![\\w.-])${context}(?![\\w.-])`).test(text)));
    expect(rest.map(({ path }) => path)).toEqual([]);
    expect(JSON.stringify(policyConfig("dev", stack))).not.toContain(`"${context}"`);
  });

  test("of the core container's check leaves its jobs to the mirror branch", () => {
    const { pipeline } = read({ "core-gate": null });
    const changes = { known: true, files: [{ path: "lib/llm/src/a.rs", status: "modified" }] } as const;
    const explanation = explain(pipeline, settings, { name: "pull_request", ref: "refs/pull/1/merge" }, changes);
    expect(explanation.jobs.map(({ id }) => id)).not.toContain("core");
    expect(explanation.afterMirror?.jobs.filter(({ id }) => id === "core").map(({ workflow: file }) => file)).toEqual(["pr.yaml"]);
  });

  test("a check of an app may be called as the app likes", () => {
    const stack = read({ "license/cla": { kind: "app", title: "Licence agreement", slug: "cla-assistant", appId: 4711, fix: "Sign it." } });
    expect(stack.pipeline.requiredChecks.at(-1)).toMatchObject({ context: "license/cla", slug: "cla-assistant" });
  });

  test("of the verdict over mirrored builds is refused, in one finding", () => {
    expect(findings({ "images-gate": null })).toEqual([
      ["", "no check of kind verdict and of: backend", "one: only it holds a pull request back until pr.yaml has built and tested it on its mirror, and the merge queue rests on it"],
    ]);
  });

  test("and another entry renames a verdict", () => {
    const stack = read({ "images-gate": null, backend: { kind: "verdict", of: "backend", title: "Images and tests", fix: "Open the run." } });
    expect(Object.values(workflow(stack, "pr.yaml").jobs).map(({ name }) => name)).toContain("backend");
    expect(content(stack, "README.md")).toContain("`backend` stays expected until a maintainer");
  });
});

describe("a wrong entry is one finding, by its name", () => {
  test.each<[string, unknown, string, string | RegExp, RegExp]>([
    ["an expression in a script", { ...LINKS, run: "echo ${{ github.head_ref }}" }, ".docs-links.run", /github\.head_ref/, /without \$\{\{/],
    ["an expression in a command of a list", { ...LINKS, run: [{ name: "a", run: "echo ${{ github.head_ref }}" }] }, ".docs-links.run[0].run", /github\.head_ref/, /without \$\{\{/],
    ["an expression in the name of a command", { ...LINKS, run: [{ name: "${{ github.head_ref }}", run: "true" }] }, ".docs-links.run[0].name", /github\.head_ref/, /without \$\{\{/],
    ["an expression in a variable", { ...LINKS, run: [{ name: "a", run: "true", env: { A: "${{ github.head_ref }}" } }] }, ".docs-links.run[0].env.A", /github\.head_ref/, /without \$\{\{/],
    ["a folder outside", { ...LINKS, run: [{ name: "a", run: "true", directory: "docs/../.." }] }, ".docs-links.run[0].directory", /docs/, /inside the repository/],
    ["an empty script", { ...LINKS, run: " \n" }, ".docs-links.run", /n/, /a command/],
    ["no command", { ...LINKS, run: [] }, ".docs-links.run", "[]", /always pass/],
    ["no minutes at all", { ...LINKS, minutes: 0 }, ".docs-links.minutes", "0", /1 to 360/],
    ["too many minutes", { ...LINKS, minutes: 361 }, ".docs-links.minutes", "361", /1 to 360/],
    ["no fix", { title: "t", run: "true" }, ".docs-links.fix", "nothing", /a text/],
    ["an unknown kind", { ...LINKS, kind: "job" }, ".docs-links.kind", /./, /./],
    ["an unknown key", { ...LINKS, paths: ["docs/**"] }, ".docs-links.paths", "an unknown key", /./],
    ["a runner that admits no code from forks", { ...LINKS, runner: "launcher" }, ".docs-links.runner", /does not admit fork/, /./],
  ])("%s", (_, entry, path, found, allowed) => {
    const [finding, ...others] = findings({ "docs-links": entry });
    expect(others).toEqual([]);
    expect(finding?.[0]).toBe(path);
    expect(finding?.[1]).toMatch(found);
    expect(finding?.[2]).toMatch(allowed);
  });

  test.each<[string, string, RegExp]>([
    ["plan", "", /reported by \d+ jobs/],
    ["notify", "", /reported by 2 jobs/],
    ["ci-test-suite-status", "", /reported by 2 jobs/],
    ["deploy", ".context", /GitHub's own/],
    ["pr", ".context", /pr\.yaml of the pipeline/],
    ["a/b", ".context", /a\/b/],
    ["docs: links", ".context", /docs: links/],
    ["${{ github.job }}", ".context", /github\.job/],
    ["Tidy", ".context", /tidy/],
  ])("the name %s", (name, path, found) => {
    const all = findings({ [name]: LINKS });
    expect(all.map(([at]) => at)).toContain(`.${name}${path}`);
    expect(all.map(([, what]) => what).join("\n")).toMatch(found);
  });

  test("all of several at once", () => {
    expect(findings({ a: { ...LINKS, minutes: 0 }, b: { ...LINKS, run: "${{ x }}" }, "images-gate": { fix: "" } }).map(([at]) => at)).toEqual([".images-gate.fix", ".a.minutes", ".b.run"]);
  });
});
