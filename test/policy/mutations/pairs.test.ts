/** Two changes at once: what is harmful is refused and named, whatever else changes, and no cause hides another one. */
import { join } from "node:path";
import { readPolicyConfig } from "../../../config/policies";
import { PairJudge, pairsOf, randomOf, RELATIONS, toldApart, type Pair, type Relation } from "../../../policy/mutations/generated/pairs";
import { judgeAll, told, type Judged } from "../../../policy/mutations/generated/prove";
import { recordProgram } from "../../../policy/resources/program";
import { rules } from "../../../policy/rules";

const PROJECT = join(__dirname, "..", "..", "..");
const SEED = 20261201;
/** Pairs of each relation; `make policy-mutations PAIRS=n` tries as many as one likes. */
const BY_MANIFEST = 400;
const BY_ALL = 20;

jest.setTimeout(300_000);

const config = readPolicyConfig(PROJECT, "prod");
let judged: readonly Judged[];
let judge: PairJudge;
beforeAll(async () => {
  const resources = await recordProgram(PROJECT, "prod", "up");
  judged = judgeAll(resources, rules, config);
  judge = new PairJudge(resources, rules, config);
}, 300_000);

function* some(relation: Relation, count: number, seed = SEED): Generator<Pair> {
  const pairs = pairsOf(judged, relation, judge.manifest, randomOf(seed));
  for (let index = 0; index < count; index++) yield pairs.next().value;
}
const line = (pair: Pair): string => pair.map(told).join(" | ");

test.each(RELATIONS)("%s: each harmful change is named", (relation) => {
  const lapses = [...some(relation, BY_MANIFEST)].flatMap((pair) =>
    judge.unnamed(pair).map((one) => `${line(pair)}: nothing names ${told(one)}`),
  );
  expect(lapses).toEqual([]);
});

test.each(RELATIONS.filter((relation) => relation !== "beside a harmless one"))(
  "%s: each harmful change has a cause of its own",
  (relation) => {
    const hidden = [...some(relation, BY_ALL, SEED + 1)].filter((pair) => !toldApart(judge.causes(pair), pair)).map(line);
    expect(hidden).toEqual([]);
  },
);

test("pairs are of different places, and the same for the same seed", () => {
  const drawn = [...some("same resource", 50)];
  expect(drawn.every(([one, other]) => one.resource === other.resource && one.change.path.join() !== other.change.path.join())).toBe(true);
  expect([...some("same resource", 50)].map(line)).toEqual(drawn.map(line));
  expect([...some("linked resources", 50)].some(([one, other]) => one.resource !== other.resource)).toBe(true);
});

test("the proof fails: of a change that is not made, nothing is named; of causes that name one place alone, nothing is told apart", () => {
  const [pair] = some("other resources", 1);
  const [one, other] = pair!;
  const undone: Judged = {
    ...other,
    resource: one.resource,
    change: { kind: "other", path: ["no-such-property"], value: undefined },
    byManifest: true,
  };
  expect(judge.unnamed([one, undone])).toEqual([undone]);
  const causes = judge.causes(pair!);
  const ofOne = causes.filter(({ told: { subject } }) => subject?.urn === one.resource.urn);
  expect([toldApart(causes, pair!), toldApart(ofOne.slice(0, 1), pair!)]).toEqual([true, false]);
  expect(() => new PairJudge([], rules, {})).toThrow("the policy config has no manifest");
});
