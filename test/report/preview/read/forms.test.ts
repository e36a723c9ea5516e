/** What people give for a preview: the forms of one are read, and everything else is refused with what it is. */
import { buildReport, PreviewError, readPreview, type Preview } from "../../../../report/preview";
import { eventsOf, linesOf, urnOf } from "../support";

const ECR = "aws:ecr/repository:Repository";
const urn = urnOf(ECR, "images");
const state = { urn, type: ECR, custom: true, inputs: { name: "images" }, outputs: {} };
const STACK = { urn: "urn:pulumi:prod::gpu-cicd::pulumi:pulumi:Stack::gpu-cicd-prod", type: "pulumi:pulumi:Stack" };

/** The events of a whole preview, as the engine numbers them. */
const events = eventsOf([{ op: "create", type: ECR, name: "images", new: { name: "images" } }]);
const numbered = [{ preludeEvent: { config: {} } }, ...events, { cancelEvent: {} }].map((event, sequence) => ({ sequence, timestamp: 1796106341, ...event }));
const digest = { config: {}, steps: [{ op: "same", ...STACK, urn: STACK.urn }, { op: "create", urn, newState: state }], duration: 1, changeSummary: { create: 1, same: 1 } };

const verdict = (preview: Preview): string => buildReport({ project: "gpu-cicd", stack: "prod", preview, policies: [], azureRoles: {}, date: "2026-11-26T06:00:00Z" }).headline.verdict;
const created = (text: string): readonly string[] => readPreview(text).steps.filter(({ operation }) => operation === "create").map((step) => step.urn);
const refusal = (text: string): string => {
  try {
    readPreview(text);
  } catch (error) {
    expect(error).toBeInstanceOf(PreviewError);
    return (error as Error).message;
  }
  return "nothing was refused";
};

describe("a form of a preview is read", () => {
  test.each<[string, string]>([
    ["engine events, one a line", linesOf(numbered)],
    ["engine events without their numbers", linesOf(events)],
    ["engine events with the line ends of Windows", linesOf(numbered).replaceAll("\n", "\r\n")],
    ["a list of engine events", JSON.stringify(numbered)],
    ["Pulumi Cloud's list of engine events", JSON.stringify({ events: numbered, continuationToken: null }, undefined, 2)],
    ["a digest", JSON.stringify(digest, undefined, 4)],
    ["a digest with a byte order mark", `\uFEFF${JSON.stringify(digest)}`],
    ["engine events with a byte order mark", `\uFEFF${linesOf(numbered)}`],
  ])("%s", (_, text) => {
    expect([readPreview(text).result, created(text), verdict(readPreview(text))]).toEqual(["succeeded", [urn], "harmless"]);
  });

  test("a digest in which nothing changes names the stack alone", () => {
    const unchanged = JSON.stringify({ steps: [digest.steps[0]], changeSummary: { same: 322 } });
    expect(verdict(readPreview(unchanged))).toBe("unchanged");
  });
});

describe("what is no preview is refused by its name", () => {
  test.each<[string, string, string]>([
    ["nothing", " \n", "found nothing;"],
    ["an empty object", "{}", "found an empty object;"],
    ["a list of nothing", "[]", "found an empty list of events"],
    ["Pulumi Cloud's list without an event", '{"events": []}', "found an empty list of events"],
    ["a package.json", JSON.stringify({ name: "x", version: "1", scripts: {} }), "found a package.json;"],
    ["a state", JSON.stringify({ version: 3, deployment: { resources: [] } }), "found a state, as `pulumi stack export` writes it;"],
    ["a state as a backend keeps it", JSON.stringify({ version: 3, checkpoint: { latest: {} } }), "found a state, as a backend keeps it;"],
    ["an update plan", JSON.stringify({ manifest: {}, config: {}, resourcePlans: {} }), "found an update plan, as `pulumi preview --save-plan` writes it;"],
    ["a report", JSON.stringify({ format: 1, provenance: {}, headline: {} }), "found a report that this command wrote;"],
    ["a SARIF file", JSON.stringify({ version: "2.1.0", runs: [] }), "found a SARIF file;"],
    ["a list of updates", JSON.stringify({ updates: [] }), "found a list of updates"],
    ["some JSON", JSON.stringify({ a: 1, b: 2, c: 3, d: 4, e: 5, f: 6 }), "found an object with the keys a, b, c, d, e and others;"],
    ["a number", "7", "found 7;"],
    ["a text that is no JSON", "no JSON", 'found line 1: "no JSON", which is no JSON;'],
    ["lines of some log", '{"level":"info"}\n{"level":"warn"}', "found line 1: an object with the key level, which is no event of the engine;"],
    ["lines of numbers", "1\n2", "found line 1: 1, which is no event of the engine;"],
    ["a list of resources", JSON.stringify([{ type: "a:b:C" }]), "found event 1: an object with the key type, which is no event of the engine;"],
    ["a state in a list of events", JSON.stringify({ events: [{ deployment: {} }] }), "found event 1: a state"],
    ["a digest that names no resource", JSON.stringify({ changeSummary: { same: 3 } }), "a digest, found no resource in it, not even the stack;"],
    ["a digest of a wrong shape", JSON.stringify({ steps: [{ op: 1 }] }), "a digest, steps.0.op: "],
    ["an event of a wrong shape", JSON.stringify([{ summaryEvent: { result: 1 } }]), "engine events, event 1: summaryEvent.result: "],
    ["the log of an update", linesOf([...events.slice(0, -1), { summaryEvent: { result: "succeeded", isPreview: false } }]), "engine events, found those of an update, which has happened;"],
    ["the log of two runs", linesOf([numbered[0]!, ...events, { preludeEvent: {} }, ...events]), "engine events, found those of 2 runs, where one preview is wanted;"],
  ])("%s", (_, text, expected) => {
    const said = refusal(text);
    expect(said.slice(0, expected.length)).toBe(expected);
    expect(said).toContain("; allowed is what `pulumi preview --json` prints");
  });
});

describe("an interrupted log is never harmless", () => {
  test("that ends before the engine's summary", () => {
    const preview = readPreview(linesOf(numbered.slice(0, -2)));
    expect([preview.result, verdict(preview)]).toEqual(["unfinished", "failed"]);
  });

  test.each([1, 20, 60])("that breaks off %d characters into its last line", (characters) => {
    const preview = readPreview(`${linesOf(numbered.slice(0, -2))}\n${JSON.stringify(numbered.at(-2)).slice(0, characters)}`);
    expect([preview.result, verdict(preview)]).toEqual(["unfinished", "failed"]);
  });

  test("of one event", () => {
    expect(verdict(readPreview(JSON.stringify(numbered[0])))).toBe("failed");
  });

  test("that misses its beginning, or a part in the middle", () => {
    expect(refusal(linesOf(numbered.slice(2)))).toMatch(/^engine events, found event 2 first: those before it are missing;/);
    expect(refusal(linesOf(numbered.toSpliced(3, 1)))).toMatch(/^engine events, found event 4, and not the one before it: a part of the log is missing;/);
  });

  test("a digest without the engine's counts", () => {
    const preview = readPreview(JSON.stringify({ steps: digest.steps }));
    expect([preview.result, verdict(preview)]).toEqual(["unfinished", "failed"]);
  });

  test("a digest that counts changes of which none is told", () => {
    expect(refusal(JSON.stringify({ steps: [digest.steps[0]], changeSummary: { update: 3 } }))).toMatch(/^a digest, found 3 to update in its counts, and none among its steps;/);
  });
});

describe("a preview of a destruction is complete, though no program ran", () => {
  const deletion = { op: "delete", urn, type: ECR, old: state };
  const summary = { summaryEvent: { result: "succeeded", resourceChanges: { delete: 1 }, isPreview: true } };

  test("in engine events", () => {
    expect(readPreview(linesOf([{ preludeEvent: {} }, { resourcePreEvent: { metadata: deletion } }, summary])).programEnded).toBe(true);
    expect(readPreview(linesOf([{ resourcePreEvent: { metadata: deletion } }])).programEnded).toBe(false);
  });

  test("in a digest, also where protection refuses it", () => {
    const step = { op: "delete", urn, oldState: state };
    const refused = { severity: "error", message: "error: cannot be deleted because it is protected", urn };
    const read = (more: object): Preview => readPreview(JSON.stringify({ steps: [step], changeSummary: { delete: 1 }, ...more }));
    expect([read({}).programEnded, read({ diagnostics: [refused] }).programEnded, read({ diagnostics: [refused] }).result]).toEqual([true, true, "failed"]);
  });
});

describe("a resource at which the engine only stopped is not blamed", () => {
  const error = (message: string, at?: string): object => ({ diagnosticEvent: { message, severity: "error", ...(at ? { urn: at } : {}) } });
  const canceled = 'failed to run remediation: rpc error: code = Canceled desc = "context canceled"';
  const failed = { summaryEvent: { result: "failed" } };
  const texts = (...list: object[]): string[] => readPreview(linesOf([...events.slice(0, -1), ...list, failed])).messages.map(({ text }) => text);

  test("when another one says why", () => {
    expect(texts(error("access denied", urn), error(canceled, urnOf(ECR, "other")), error("preview failed"))).toEqual(["access denied", "preview failed"]);
  });

  test("and stays where nothing else explains the end", () => {
    expect(texts(error(canceled, urn), error("preview failed"))).toEqual([canceled, "preview failed"]);
  });

  test("also in a digest", () => {
    const diagnostics = [{ severity: "error", message: "error: access denied", urn }, { severity: "error", message: `error: ${canceled}`, urn }];
    expect(readPreview(JSON.stringify({ ...digest, diagnostics })).messages.map(({ text }) => text)).toEqual(["access denied"]);
  });
});
