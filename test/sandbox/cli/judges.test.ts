/** Who is said to have judged a run: what the state holds, and what the sandbox ran for it. */
import { judgesOf } from "../../../sandbox/cli/judges";

const RELEASE = "kubernetes:helm.sh/v3:Release";
const state = (...types: string[]): string =>
  JSON.stringify({ deployment: { resources: [{ type: "pulumi:pulumi:Stack", custom: false }, { type: "pulumi:providers:aws", custom: true }, { type: "x:y:Component", custom: false }, ...types.map((type) => ({ type, custom: true }))] } });
const attachment = { providers: { aws: 1, kubernetes: 2 }, plugins: { github: "6.15.0" }, charts: [], clouds: {} };
const releases = (...makers: string[]) => [{ cloud: "kubernetes", entries: makers.map((maker, i) => ({ kind: "Helm release", name: `r${i}`, detail: `chart 1, revision 1, by ${maker}` })) }];

test("each type once, by its provider; kinds of objects are one row, and components and providers none", () => {
  expect(judgesOf(state("github:a:A", "aws:b:B", "aws:b:B", "kubernetes:core/v1:Secret", "kubernetes:apps/v1:Deployment"), attachment, [])).toEqual({
    "aws:b:B": "the sandbox's own provider",
    "github:a:A": "the real provider, 6.15.0",
    "kubernetes:*": "the sandbox's own provider",
  });
});

test.each([
  [["the sandbox's model of the chart"], "models of the charts"],
  [["Helm", "Helm"], "Helm"],
  [["Helm", "the sandbox's model of the chart"], "Helm, and models of other charts"],
])("releases say who made their objects: %j", (makers, said) => {
  expect(judgesOf(state(RELEASE), attachment, releases(...makers))).toEqual({ [RELEASE]: `the sandbox's own provider; ${said}` });
});

test("a type that nobody answered for is an error, and not a judge", () => {
  expect(() => judgesOf(state("azure-native:a:A"), attachment, [])).toThrow("azure-native:a:A is in the state, and the sandbox has no provider azure-native");
});
