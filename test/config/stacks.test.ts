import { join } from "node:path";
import { readStackFile } from "../../config/file";
import { ConfigError, readStack } from "../../config/read";
import { sourceOf, stackValues } from "./support";

const NEEDED = { prod: ["githubAppPrivateKey", "runnerAppPrivateKey", "HF_TOKEN"], dev: ["githubAppPrivateKey", "runnerAppPrivateKey", "HF_TOKEN", "MIRROR_APP_PRIVATE_KEY"] };

test.each(["prod", "dev"] as const)("%s agrees with itself", (stack) => {
  try {
    readStack(sourceOf(stackValues(stack), NEEDED[stack], { stack }));
  } catch (error) {
    if (error instanceof ConfigError) throw new Error(error.message);
    throw error;
  }
});

test.each(["staging", "../prod", ""])("a stack that is not there, %p, is refused with those that are", (stack) => {
  expect(() => readStackFile(join(__dirname, "..", ".."), stack)).toThrow(`STACK is ${JSON.stringify(stack)}: allowed are dev, prod`);
});
