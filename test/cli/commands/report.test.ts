/** What a report is made from, and what it refuses: other files than previews, other stacks' previews, configs that cannot be read. Nothing runs. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FIXTURE } from "../../fixture";
import { call } from "../kit/call";

const CONFIG = join(FIXTURE, "Pulumi.large.yaml");
const folder = mkdtempSync(join(tmpdir(), "gpu-cicd-report-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const digestOf = (stack: string, project = "gpu-cicd"): object => ({
  config: {},
  steps: [{ op: "same", urn: `urn:pulumi:${stack}::${project}::pulumi:pulumi:Stack::${project}-${stack}` }],
  duration: 1,
  changeSummary: { same: 322 },
});
const file = (name: string, content: object | string | Buffer): string => {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" || Buffer.isBuffer(content) ? content : JSON.stringify(content));
  return path;
};
/** A report of production by a config that is no committed one. */
const reported = (...args: string[]): ReturnType<typeof call> => call(["report", "--stack", "prod", "--config", CONFIG, "--out", join(folder, "out"), ...args]);
const refused = async (...args: string[]): Promise<string> => {
  const { code, out, err } = await reported(...args);
  expect([code, out, readdirSync(folder).includes("out")]).toEqual([1, "", false]);
  return err;
};

describe("a file that is no preview is refused, with what it is", () => {
  test.each<[string, object | string, string]>([
    ["an empty object", {}, "found an empty object;"],
    ["a package.json", { name: "x", scripts: {} }, "found a package.json;"],
    ["a state export", { version: 3, deployment: {} }, "found a state, as `pulumi stack export` writes it;"],
    ["an update plan", { manifest: {}, resourcePlans: {} }, "found an update plan, as `pulumi preview --save-plan` writes it;"],
    ["Pulumi Cloud's empty list", { events: [] }, "found an empty list of events"],
    ["a text", "Previewing update (prod):\n", 'found line 1: "Previewing update (prod):", which is no JSON;'],
  ])("%s", async (_, content, found) => {
    const given = file("given.json", content);
    expect(await refused("--preview", given)).toContain(`--preview is ${JSON.stringify(given)}: ${found}`);
    expect(await refused("--preview", file("sound.json", digestOf("prod")), "--refresh", given)).toContain(`--refresh is ${JSON.stringify(given)}: ${found}`);
  });

  test("a preview in the place of a refresh", async () => {
    const changes = { ...digestOf("prod"), steps: [{ op: "create", urn: "urn:pulumi:prod::gpu-cicd::a:b:C::x" }], changeSummary: { create: 1 } };
    expect(await refused("--preview", file("sound.json", digestOf("prod")), "--refresh", file("preview.json", changes))).toContain("a digest, found a preview that refreshed nothing; allowed is what pulumi refresh --preview-only --json prints");
  });
});

describe("a preview of something else is not told as production's", () => {
  test.each([
    ["another stack", digestOf("dev"), "a digest, found stack dev of project gpu-cicd; wanted stack prod of project gpu-cicd"],
    ["another project", digestOf("prod", "website"), "a digest, found stack prod of project website; wanted stack prod of project gpu-cicd"],
  ])("%s", async (_, content, found) => {
    const given = file("other.json", content);
    expect(await refused("--preview", given)).toContain(`--preview is ${JSON.stringify(given)}: ${found}`);
    expect(await refused("--preview", file("sound.json", digestOf("prod")), "--refresh", given)).toContain(`--refresh is ${JSON.stringify(given)}: ${found}`);
  });
});

describe("a config that cannot be read ends the command with 1", () => {
  const preview = (): string => file("sound.json", digestOf("prod"));

  test.each<[string, string | undefined, string]>([
    ["that is not there", undefined, "there is no such file"],
    ["that is no YAML", "a: [", "found no YAML; wanted a stack file"],
    ["that is empty", "", "found nothing; wanted a stack file"],
    ["that is a list", "- a\n", "found a list; wanted a stack file"],
    ["that is a text", "hello\n", "found a text; wanted a stack file"],
    ["that is another YAML", "name: x\nruntime: nodejs\n", "found YAML with the keys name, runtime; wanted a stack file, YAML with the key config, such as Pulumi.prod.yaml"],
  ])("%s", async (_, content, said) => {
    const given = content === undefined ? join(folder, "none.yaml") : file("given.yaml", content);
    expect(await refused("--preview", preview(), "--before", given)).toContain(`--before is ${JSON.stringify(given)}: ${said}`);
    const { code, err } = await call(["report", "--stack", "prod", "--config", given, "--preview", preview(), "--out", join(folder, "out")]);
    expect([code, err.includes(`--config is ${JSON.stringify(given)}: ${said}`)]).toEqual([1, true]);
  });
});

describe("a preview from Windows is read", () => {
  const text = JSON.stringify(digestOf("prod"), undefined, 2).replaceAll("\n", "\r\n");
  const swapped = (bytes: Buffer): Buffer => Buffer.from(bytes).swap16();

  test.each<[string, Buffer]>([
    ["with a byte order mark", Buffer.from(`\uFEFF${text}`, "utf8")],
    ["in UTF-16, as PowerShell redirects it", Buffer.from(`\uFEFF${text}`, "utf16le")],
    ["in UTF-16 of the other order", swapped(Buffer.from(`\uFEFF${text}`, "utf16le"))],
  ])("%s", async (_, bytes) => {
    const out = await reported("--preview", file("windows.json", bytes));
    expect([out.code ?? 0, out.out.split("\n")[0]]).toEqual([0, "unchanged: Nothing changes; no resources."]);
    const { provenance } = JSON.parse(readFileSync(join(folder, "out", "prod.json"), "utf8")) as { provenance: object };
    expect(provenance).toMatchObject({ project: "gpu-cicd", stack: "prod" });
    rmSync(join(folder, "out"), { recursive: true });
  });
});
