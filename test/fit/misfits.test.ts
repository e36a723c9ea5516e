/** Each deliberate mistake is found, by its rule and at its place, and nothing else is. */
import { rules } from "../../fit/rules";
import { MISTAKES } from "./misfits";
import { Repository } from "./repository";

const repository = new Repository();
afterAll(() => repository.remove());

test("the repository fits as it is", async () => {
  expect((await repository.ask()).misfits).toEqual([]);
});

test("every rule has a mistake that it finds", () => {
  expect(rules.map(({ id }) => id).filter((id) => !MISTAKES.some(({ rule }) => rule === id))).toEqual([]);
});

test.each(MISTAKES)("$name: $rule", async ({ rule, where, found, times = 1, also = [], ...change }) => {
  const { misfits } = await repository.ask(change);
  const own = misfits.filter((misfit) => misfit.rule === rule && misfit.where.path === where);
  const others = misfits.filter((misfit) => !own.includes(misfit)).map((each) => `${each.rule} ${each.where.path}`);
  expect({ found: own.length, others }).toEqual({ found: times, others: also });
  expect(own[0]!.found).toMatch(found);
  expect(own[0]!.mend).not.toBe("");
});
