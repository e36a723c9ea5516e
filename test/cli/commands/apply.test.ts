/** What an apply is asked; test/rehearsal/apply proves what it does. */
import { call } from "../kit/call";

test.each([
  [["--stack=dev;id", "--base=main"], ['--stack is "dev;id": allowed are dev, prod', '--base is "main": allowed is the full hash of a commit']],
  [["--stack=dev", "--fingerprint=zz"], ['--fingerprint is "zz": allowed are 16 to 64 hexadecimal digits, as a report shows them']],
  [["--stack=dev", `--base=${"0".repeat(40)}`, "--cloud=moon"], ['--cloud is "moon": allowed are sandbox, real']],
  [[], ["--stack is missing: a stack of this project; allowed are dev, prod", "--base or --fingerprint has to say which change is wanted"]],
])("%j is refused before anything runs", async (args, findings) => {
  const { code, out, err } = await call(["apply", ...args]);
  expect({ code, out, said: err.split("\n").slice(0, findings.length) }).toEqual({ code: 1, out: "", said: findings });
});
