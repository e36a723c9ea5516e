/** Brings published charts into the cache, and holds the sandbox's models of them to what Helm renders. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Manifest } from "../../policy/intent/manifest";
import type { ChartCase } from "../../sandbox/kubernetes/helm/cases";
import { chartsIn, judgeCharts, renderWith, type Judgement } from "../../sandbox/kubernetes/helm/judge";
import { chartFolder, isSame, nameOf, putChart, type ChartAddress } from "../../sandbox/kubernetes/helm/published/cache";
import { HelmError, chartYaml, inFolder } from "../../sandbox/kubernetes/helm/published/helm";
import { packed, pullChart } from "../../sandbox/kubernetes/helm/published/source";
import { toolPath } from "../../sandbox/tools";
import { define } from "../kit/command";
import { text } from "../kit/options";
import { PROJECT, committedStacks } from "../kit/project";

const RELEASE = "kubernetes:helm.sh/v3:Release ";

export const command = define({
  about: [
    "Puts the charts of all stacks' releases into the user's cache, by digest: a rehearsal then has Helm install them, and has models of charts stand in for the others.",
    "They are pulled from where the stacks take them, or come from a folder, unpacked or as .tgz. Then every model is held to its chart, object by object: for the releases",
    "of all stacks, and for values that reach every branch of the templates.",
  ],
  options: { dir: text("FOLDER", "takes the charts from this folder, with whatever version they are; by default they are pulled by the addresses that the stacks name") },
  examples: [
    ["charts", "where a network is there"],
    ["charts --dir ../charts", "after: helm pull oci://ghcr.io/actions/actions-runner-controller-charts/gha-runner-scale-set --version 0.15.1 -d ../charts"],
  ],
  exits: { 0: "every chart was judged, and its model renders the same", 2: "a model differs from its chart, or a chart was not judged, as it cannot be had" },
  async run({ options: { dir } }, io) {
    const helm = await toolPath("helm");
    const stacks = committedStacks();
    const addresses = distinct(stacks.flatMap((stack) => inputsOf(stack).map(({ props }) => addressOf(props))));
    const judged = await inFolder(async (fresh) => {
      const from = dir ?? fresh;
      for (const address of addresses) io.out(`${await cached(helm, address, from, dir === undefined)}\n`);
      return judgeCharts(from, renderWith(helm), stacks.flatMap(releasesOf));
    });
    io.out(judged.map((each) => `${told(each).join("\n")}\n`).join(""));
    return judged.every(({ found, cases }) => found !== undefined && cases.every(({ differences }) => differences.length === 0)) ? 0 : 2;
  },
});

/** Brings one chart into the cache, and says what came of it. */
async function cached(helm: string, address: ChartAddress, folder: string, pulled: boolean): Promise<string> {
  const name = `${nameOf(address)} ${address.version}`;
  try {
    if (pulled) await pullChart(helm, address, folder);
    const found = (await chartsIn(folder)).get(nameOf(address));
    if (found === undefined) return `${name}: not cached: ${folder} has no such chart`;
    if (found.version !== address.version) return `${name}: not cached: ${found.path} is version ${found.version}`;
    const { digest } = await putChart(chartFolder(), address, await packed(helm, found.path), await chartYaml(helm, resolve(found.path)));
    return `${name}: cached, ${digest}`;
  } catch (error) {
    if (!(error instanceof HelmError)) throw error;
    return `${name}: not cached: ${error.message}`;
  }
}

function distinct(addresses: readonly ChartAddress[]): ChartAddress[] {
  return addresses.filter((address, index) => addresses.findIndex((other) => isSame(other, address)) === index);
}

/** What is said of a chart. */
export function told({ chart, found, cases }: Judgement): string[] {
  if (found === undefined) return [`${chart}: not judged: no chart`];
  const wrong = cases.filter(({ differences }) => differences.length > 0);
  const summary = `${chart} ${found.version}: ${cases.length} cases, ${wrong.length === 0 ? "no difference" : `${wrong.length} with differences`}`;
  return [
    summary,
    ...wrong.flatMap(({ name, differences }) => [`  ${name}:`, ...differences.map(({ object, path, model, chart: real }) => `    ${object}: ${path}: the model has ${shown(model)}, the chart ${shown(real)}`)]),
  ];
}

function shown(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}

/** Inputs of a release, as far as they say where its chart is and what it makes. */
interface Inputs {
  readonly chart: string;
  readonly version: string;
  readonly name: string;
  readonly namespace: string;
  readonly repositoryOpts?: { readonly repo: string };
  readonly values?: Readonly<Record<string, unknown>>;
}

function addressOf({ chart, version, repositoryOpts }: Inputs): ChartAddress {
  return { reference: chart, version, ...(repositoryOpts === undefined ? {} : { repository: repositoryOpts.repo.replace(/\/$/, "") }) };
}

/** The releases of a stack, from its recorded manifest. */
function inputsOf(stack: string): { readonly key: string; readonly props: Inputs }[] {
  const { resources } = JSON.parse(readFileSync(join(PROJECT, "policy", "manifests", `${stack}.json`), "utf8")) as Manifest;
  return Object.entries(resources)
    .filter(([key]) => key.startsWith(RELEASE))
    .map(([key, { props }]) => ({ key: key.slice(RELEASE.length), props: props as unknown as Inputs }));
}

function releasesOf(stack: string): ChartCase[] {
  return inputsOf(stack).map(({ key, props }) => {
    const { name, namespace, values = {} } = props;
    return { chart: nameOf(addressOf(props)), name: `${stack}: ${key}`, release: { name, namespace, values } };
  });
}
