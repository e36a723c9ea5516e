/** The proofs hold for required checks that only config knows, and for stacks that config has taken checks from. */
import { gaps, proofs } from "../../../workflows/gate/proofs/proofs";
import { World } from "../../../workflows/gate/proofs/world";
import { DOCS_LINKS, withChecks } from "../../config/support";
import { mergeQueueOf } from "../../fixture";

jest.setTimeout(120_000);

/** The stack's world with one text of the check's workflow changed. */
async function worldWith(from: string, to: string): Promise<World> {
  const { pipeline, files } = withChecks({ "docs-links": DOCS_LINKS });
  const changed = files.map((file) => (file.path.endsWith("/docs-links.yml") ? { ...file, content: file.content.replace(from, to) } : file));
  expect(changed.filter((file, index) => file.content !== files[index]?.content)).toHaveLength(1);
  return World.of(pipeline, changed);
}

/** What a proof says first of the check. */
function said(proof: keyof typeof proofs, world: World): string | undefined {
  for (const { what, where } of proofs[proof](world)) if (`${where} ${what}`.includes("docs-links")) return what;
  return undefined;
}

test("a check of config holds pull requests and merge groups back whatever becomes of it, and keeps none waiting", async () => {
  const { pipeline, files } = withChecks({ "docs-links": DOCS_LINKS }, { mergeQueue: mergeQueueOf("small") });
  expect(gaps(await World.of(pipeline, files))).toEqual([]);
});

test("of the default checks nothing but the verdict over mirrored builds is needed", async () => {
  const { pipeline, files } = withChecks({ tidy: null, licences: null, "sign-off": null, "core-gate": null });
  expect(gaps(await World.of(pipeline, files))).toEqual([]);
});

test.each<[string, keyof typeof proofs, string, string, RegExp]>([
  ["nothing starts its workflow", "reports", "  pull_request:\n    types: [opened, synchronize, reopened, edited]", "  workflow_dispatch: {}", /docs-links not reported/],
  ["its workflow starts on some changes alone", "reports", "  pull_request:\n    types: [opened, synchronize, reopened, edited]", "  pull_request: { paths: [docs/**] }", /docs-links/],
  ["its job is skipped", "reports", "    runs-on:", "    if: failure()\n    runs-on:", /docs-links is skipped although nothing failed/],
  ["its job has another name", "alone", "    name: docs-links", "    name: links", /nobody can report it/],
])("is found when %s", async (_, proof, from, to, found) => {
  expect(said(proof, await worldWith(from, to))).toMatch(found);
});
