/** Harmful changes by an outsider: each is caught by a mandatory policy, at preview and at update, wherever it can be made. */
import { join } from "node:path";
import { readPolicyConfig } from "../../../config/policies";
import { violations, withDefaults } from "../../../policy/kit/judge";
import { NotYetKnown, type Mutation } from "../../../policy/mutations/mutation";
import { recordProgram } from "../../../policy/resources/program";
import { subjectOf, type Resource } from "../../../policy/resources/resource";
import { rules } from "../../../policy/rules";
import { outsider } from "./outsider";
import { again } from "./outsider-again";

const PROJECT = join(__dirname, "..", "..", "..");

jest.setTimeout(300_000);

const config = readPolicyConfig(PROJECT, "prod");
/** The one that notices most is asked first. */
const mandatory = rules.filter(({ level }) => level === "mandatory").reverse();
const outsiders = { ...outsider, ...again };
const all = Object.values(outsiders).flat();
const before = { ...process.env };
afterAll(() => void (process.env = before));
let views: Readonly<Record<"preview" | "up", readonly Resource[]>>;
beforeAll(async () => {
  // Providers' SDKs would take these: what a machine has set is no part of a stack.
  Object.assign(process.env, { GITHUB_BASE_URL: "https://evil.example/", GITHUB_TOKEN: "ghs_stranger", ARM_ENVIRONMENT: "china" });
  const [preview, up] = await Promise.all([recordProgram(PROJECT, "prod", "preview"), recordProgram(PROJECT, "prod", "up")]);
  views = { preview, up };
}, 300_000);

/** Whether a policy refuses a change; undefined where it cannot be made yet. */
function isCaught(resources: readonly Resource[], mutation: Mutation): boolean | undefined {
  try {
    const subjects = mutation.apply(resources).map(subjectOf);
    return mandatory.some((rule) => violations(rule, subjects, withDefaults(rule, config[rule.name])).length > 0);
  } catch (error) {
    if (error instanceof NotYetKnown) return undefined;
    throw error;
  }
}

test("there are many, of every kind, each once", () => {
  expect(all.length).toBeGreaterThanOrEqual(300);
  expect(new Set(all.map(({ what }) => what)).size).toBe(all.length);
  expect(Object.values(outsiders).filter((list) => list.length < 10)).toEqual([]);
});

test("the stack as it is has no violation", () => {
  for (const resources of Object.values(views))
    expect(mandatory.flatMap((rule) => violations(rule, resources.map(subjectOf), withDefaults(rule, config[rule.name])))).toEqual([]);
});

test.each(Object.entries(outsiders))("%s: every one is caught", (_, mutations) => {
  expect(mutations.filter((mutation) => isCaught(views.up, mutation) !== true).map(({ what }) => what)).toEqual([]);
  expect(mutations.filter((mutation) => isCaught(views.preview, mutation) === false).map(({ what }) => what)).toEqual([]);
});

test("the proof fails without the policy about the manifest", () => {
  const without = mandatory.filter(({ name }) => name !== "resources-as-intended");
  const missed = all.filter((mutation) => {
    const subjects = mutation.apply(views.up).map(subjectOf);
    return !without.some((rule) => violations(rule, subjects, withDefaults(rule, config[rule.name])).length > 0);
  });
  expect(missed.length).toBeGreaterThan(all.length / 3);
});
