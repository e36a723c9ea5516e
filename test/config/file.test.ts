import { readStackFile } from "../../config/file";
import { readStack } from "../../config/read";
import { FIXTURE, fixture, fixtureValues } from "../fixture";
import { sourceOf } from "./support";

test.each(["staging", "../large", ""])("a stack that is not there, %p, is refused with those that are", (stack) => {
  expect(() => readStackFile(FIXTURE, stack)).toThrow(`STACK is ${JSON.stringify(stack)}: allowed are large, small`);
});

test("a stack's file is read as the engine hands it to the program", () => {
  const secrets = ["githubAppPrivateKey", "runnerAppPrivateKey", "HF_TOKEN"];
  expect(readStack(sourceOf(fixtureValues("large"), secrets, { stack: "large" }))).toEqual(fixture("large"));
});
