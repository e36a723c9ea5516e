/** One issue a stack about what does not fit, whatever files of the product repository are called; against the sandbox's GitHub. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fitMarker, tellFit } from "../../../cli/commands/tell-fit";
import { code, fitMarkdown } from "../../../cli/fit/markdown";
import { fitJson } from "../../../cli/fit/text";
import type { FitReport, Misfit } from "../../../fit";
import { harness, REPO, type Harness } from "../../sandbox/github/harness";

jest.setTimeout(60_000);

const HOSTILE = "lib/a\n::error::x`@everyone` <!-- gpu-cicd/fit prod --> ![x](https://evil.example/x) <img src=x> ```\n# head";

function misfit(about: string): Misfit {
  return { rule: "file-unclaimed", where: { kind: "file", path: about }, about, found: `no filter matches ${about}`, allowed: "a pattern", mend: "Put a pattern for it into a filter." };
}

function report(...misfits: readonly Misfit[]): FitReport {
  return { commit: "c".repeat(40), files: 10, misfits, excused: [] };
}

describe("what is told", () => {
  const told = fitMarkdown(report(misfit(HOSTILE)), "prod", { marker: fitMarker("prod"), pageUrl: "https://github.com/o/r/actions/runs/1" });

  test("holds a file's name as a code span of one line, and nothing of it outside", () => {
    const lines = told.split("\n");
    expect(lines[0]).toBe("<!-- gpu-cicd/fit prod -->");
    const named = lines.filter((line) => line.includes("evil.example"));
    expect(named.length).toBeGreaterThan(0);
    for (const line of named) expect(line).toMatch(/^\s*- (found: |allowed: |mend: )?(`+) [^]* \2$/);
    expect(lines.filter((line) => line.startsWith("::") || line.startsWith("# "))).toEqual([]);
  });

  test.each(["a", "`", "``a`", "a``` b", "\u202ea\u0000b", "", "\n"])("%j is one code span", (text) => {
    const [, fence = "", inside = ""] = /^(`+)([^]*?[^`])\1$/.exec(code(text)) ?? [];
    expect(fence).not.toBe("");
    // Source: CommonMark 0.31, "Code spans": the first run of as many backticks ends it.
    expect(inside.match(/`+/g)?.some((run) => run.length === fence.length) ?? false).toBe(false);
    expect(code(text)).not.toMatch(/[\n\r\u0000\u202e]/);
  });

  test("keeps to what GitHub takes as an issue, whatever was found", () => {
    const all = Array.from({ length: 3000 }, (_, index) => ({ ...misfit("x".repeat(5000) + index), rule: index % 2 === 0 ? "file-unclaimed" : "header-missing" }));
    expect(fitMarkdown(report(...all), "prod", { marker: fitMarker("prod") }).length).toBeLessThan(65_536);
  });
});

describe("the issue", () => {
  let github: Harness;
  let author: string;
  let folder: string;
  beforeEach(async () => {
    github = await harness();
    author = (await github.call("GET", "/user")).body.login as string;
    folder = mkdtempSync(join(tmpdir(), "fits-"));
  });
  afterEach(async () => {
    rmSync(folder, { recursive: true });
    await github.stop();
  });

  function wrote(stack: string, text: string): void {
    mkdirSync(join(folder, `fit-${stack}`), { recursive: true });
    writeFileSync(join(folder, `fit-${stack}`, `${stack}.json`), text);
  }
  const tell = (stacks: readonly string[]): Promise<readonly string[]> =>
    tellFit({ stacks: JSON.stringify(stacks.map((stack) => ({ stack }))), fits: folder }, { GITHUB_API_URL: github.server.url, GITHUB_REPOSITORY: "ai-dynamo/dynamo", GITHUB_TOKEN: github.server.token }, () => undefined, author);
  const open = async (): Promise<readonly { title: string; body: string }[]> => (await github.call("GET", `${REPO}/issues?state=open`)).body as { title: string; body: string }[];

  test("is opened, kept up to date and closed", async () => {
    wrote("prod", fitJson(report(misfit("Earthfile")), "prod"));
    expect(await tell(["prod"])).toEqual([expect.stringMatching(/^prod: issue opened, /)]);
    expect(await tell(["prod"])).toEqual([expect.stringMatching(/^prod: issue unchanged, /)]);
    wrote("prod", fitJson(report(misfit("Earthfile"), misfit("Second")), "prod"));
    expect(await tell(["prod"])).toEqual([expect.stringMatching(/^prod: issue edited, /)]);
    expect((await open()).map(({ title, body }) => [title, body.includes("`Second`")])).toEqual([["The pipeline of prod does not fit its repository", true]]);
    wrote("prod", fitJson(report(), "prod"));
    expect(await tell(["prod"])).toEqual([expect.stringMatching(/^prod: issue closed, /)]);
    expect([await open(), await tell(["prod"])]).toEqual([[], ["prod: it fits"]]);
  });

  test.each<[string, (() => void) | undefined, RegExp]>([
    ["nothing was written", undefined, /prod: its job ended before it wrote what it found/],
    ["something else was written", () => wrote("prod", "{}"), /prod: what its job wrote has another form/],
    ["another stack was looked at", () => wrote("prod", fitJson(report(), "dev")), /prod: what its job wrote is about stack "dev"/],
    ["the checkout could not be judged", () => wrote("prod", fitJson({ ...report(misfit("DIR")), commit: undefined }, "prod")), /prod: the checkout could not be judged/],
  ])("stays as it is and the run fails where %s; other stacks are told", async (_, write, says) => {
    wrote("prod", fitJson(report(misfit("Earthfile")), "prod"));
    await tell(["prod"]);
    rmSync(join(folder, "fit-prod"), { recursive: true });
    write?.();
    wrote("dev", fitJson(report(misfit("Earthfile")), "dev"));
    await expect(tell(["prod", "dev"])).rejects.toThrow(says);
    expect((await open()).map(({ title }) => title).sort()).toEqual(["The pipeline of dev does not fit its repository", "The pipeline of prod does not fit its repository"]);
  });
});
