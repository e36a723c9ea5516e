/** An apply takes no rule of the product repository's own CODEOWNERS out of force. */
import { ownersObjection } from "../../cli/apply/owners";
import type { Repository } from "../../cli/github/repository";
import { codeowners } from "../../workflows/documents/codeowners";
import { headerLines } from "../../workflows/names";
import { fixture } from "../fixture";

const { pipeline } = fixture("large");
const delivered = (ownerRules: readonly string[] = []) => [{ path: ".github/CODEOWNERS", content: codeowners({ ...pipeline, ownerRules: [...ownerRules] }, headerLines("Pulumi.large.yaml", "o/r")) }];

function repository(files: Readonly<Record<string, string>>, status = 404): Repository {
  const request = (_route: string, { path }: { readonly path?: string }): Promise<object> => {
    const text = path === undefined ? (status === 404 ? "" : undefined) : files[path];
    return text === undefined ? Promise.reject(Object.assign(new Error("refused"), { status })) : Promise.resolve({ data: { content: Buffer.from(text).toString("base64") } });
  };
  return { owner: "o", repo: "r", request } as unknown as Repository;
}

const objection = (files: Readonly<Record<string, string>>, rules?: readonly string[], log: (line: string) => void = () => undefined) => ownersObjection(repository(files), "trunk", delivered(rules), log);

test.each(["CODEOWNERS", "docs/CODEOWNERS", ".github/CODEOWNERS"])("refuses while %s has rules that the delivered file lacks, and names them", async (path) => {
  const told = await objection({ [path]: "# Ours\n* @o/all\n/lib/   @o/lib # a comment\n" }, ["* @o/all"]);
  expect(told).toContain(`1 rule of the repository's own ${path}`);
  expect(told).toContain("\n  /lib/ @o/lib\n");
});

test("names some of many and counts the rest", async () => {
  const told = await objection({ CODEOWNERS: Array.from({ length: 900 }, (_, index) => `/a${index}/ @o/t\n`).join("") });
  expect(told).toContain("900 rules");
  expect(told).toContain("  and 895 more");
});

test("lets through what holds them all, what is the stack's own, and a repository without any", async () => {
  expect(await objection({ CODEOWNERS: "* @o/all\n" }, ["* @o/all"])).toBeUndefined();
  expect(await objection({ ".github/CODEOWNERS": delivered(["* @o/gone"])[0]!.content })).toBeUndefined();
  expect(await objection({})).toBeUndefined();
});

test("says that it could not look where the repository cannot be read; another answer is an error", async () => {
  const lines: string[] = [];
  expect(await ownersObjection(repository({}, 403), "trunk", delivered(), (line) => void lines.push(line))).toBeUndefined();
  expect(lines).toEqual([expect.stringContaining("o/r cannot be read with this job's token")]);
  await expect(ownersObjection(repository({}, 500), "trunk", delivered(), () => undefined)).rejects.toThrow("refused");
});

test("the pipeline's own rule stands last, where it decides", () => {
  const lines = delivered(["* @o/all", "/.github/ @o/strangers"])[0]!.content.trimEnd().split("\n");
  expect(lines.slice(-4)).toEqual(["* @o/all", "/.github/ @o/strangers", "", `/.github/ ${pipeline.codeOwners.join(" ")}`]);
});
