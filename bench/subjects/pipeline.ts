/** What the pipeline's functions and the programs that run on GitHub's machines take. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readStackFile, sourceOf } from "../../config/file";
import { readStack, type StackInput } from "../../config/read";
import { Checkout, LocalServer, type Answer, type Asked } from "../../test/workflows/program-host";
import { MAX_PROGRAM_BYTES } from "../../workflows/bundle";
import { programPath, type Program } from "../../workflows/steps";
import { COST, costOf, toldBy, type Cost } from "../kit/child";
import { leastFigure, valueFigure, type Figure } from "../kit/figures";
import { interleaved, type Sample } from "../kit/rounds";
import { PROJECT, settingsOf, STACK } from "../kit/stacks";
import type { Measurement, Report } from "../kit/subject";
import type { ColdInput, ColdWork } from "../pipeline/cold";
import { biggerStack } from "../scale/bigger";
import { manyFiles } from "../scale/changes";

const ROUNDS = 7;

/** Copies of the stack's three frameworks that make at least fifty. */
const FRAMEWORK_TIMES = 17;

const SELECT_MS = 100;
const RENDER_MS = 200;
const RENDER_MANY_MS = 2000;
/** They run before and after everything else of a workflow, where people wait for them. */
const PROGRAM_SECONDS = 1;

/** A copied pull request that changed many files, as a runner and GitHub's API tell it. */
const SHA = "0123456789abcdef0123456789abcdef01234567";
const MIRROR_RUN = { CI_SCOPE: "backend", GITHUB_EVENT_NAME: "push", GITHUB_REF: "refs/heads/pull-request/7", GITHUB_SHA: SHA };
/** What GitHub lists on one page. */
const PAGE = 100;

export async function pipeline(report: Report): Promise<Measurement> {
  const stack = readStackFile(PROJECT, STACK);
  const many = readStack(sourceOf(STACK, biggerStack(PROJECT, STACK, { frameworks: FRAMEWORK_TIMES, scaleSets: 1 })));
  return {
    measured:
      "Functions in a new process each time, at their first call, without the loading of modules. Programs as a runner starts them, from the start of Node to its end, against a server on this " +
      "machine. Processor time is judged: neither waits for anything, and on a machine that does nothing else the clock shows no more.",
    figures: [...(await functions(stack, many, report)), ...sizes(stack), ...(await programs(report))],
  };
}

async function functions(stack: StackInput, many: StackInput, report: Report): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), "gpu-cicd-cold-"));
  try {
    const [one, fifty] = [join(folder, "one.json"), join(folder, "fifty.json")];
    await writeFile(one, JSON.stringify(inputOf(stack)));
    await writeFile(fifty, JSON.stringify(inputOf(many)));
    const samples = await interleaved(ROUNDS, { select: () => cold("select", one), render: () => cold("render", one), renderMany: () => cold("render", fifty) }, (round, name) => report(`${name}, round ${round}`));
    const least = (what: string, { processor, wall }: Readonly<Record<"processor" | "wall", readonly number[]>>, atMost: number): Figure =>
      leastFigure(what, "ms", ["processor time of the first call", processor], [["wall time", wall]], { atMost });
    return [
      least(`select on ${manyFiles.length} changed files`, samples.select, SELECT_MS),
      least(`rendering all ${stack.files.length} files`, samples.render, RENDER_MS),
      least(`rendering all files of ${many.pipeline.frameworks.length} frameworks`, samples.renderMany, RENDER_MANY_MS),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function inputOf(stack: StackInput): ColdInput {
  return { pipeline: stack.pipeline, settings: settingsOf(stack) };
}

function cold(work: ColdWork, input: string): Promise<Sample<keyof Cost>> {
  return toldBy("pipeline/cold.ts", work, input);
}

function sizes({ files }: StackInput): Figure[] {
  return (["plan", "verdict"] as const).map((program) => valueFigure(`size of ${program}.mjs as delivered`, "bytes", sizeOf(files, program), { atMost: MAX_PROGRAM_BYTES }));
}

function sizeOf(files: StackInput["files"], program: Program): number {
  const file = files.find(({ path }) => path === programPath(program));
  if (file === undefined) throw new Error(`${programPath(program)} is not rendered`);
  return Buffer.byteLength(file.content);
}

async function programs(report: Report): Promise<Figure[]> {
  const checkout = new Checkout();
  const server = await LocalServer.start(answer);
  const results = { plan: { result: "success", outputs: {} }, core: { result: "success", outputs: {} } };
  try {
    const samples = await interleaved(
      ROUNDS,
      {
        plan: () => programCost(checkout, "plan", { ...MIRROR_RUN, GITHUB_API_URL: server.url }),
        verdict: () => programCost(checkout, "verdict", { CI_JOBS: '["core"]', CI_NEEDS: JSON.stringify(results) }),
      },
      (round, name) => report(`${name}.mjs, round ${round}`),
    );
    const least = (what: string, { processor, wall }: Readonly<Record<keyof Cost, readonly number[]>>): Figure =>
      leastFigure(what, "s", ["processor time of the whole run", processor], [["wall time", wall]], { atMost: PROGRAM_SECONDS });
    return [least(`plan.mjs on a copied pull request of ${manyFiles.length} files, read from the API`, samples.plan), least("verdict.mjs", samples.verdict)];
  } finally {
    await server.stop();
    checkout.remove();
  }
}

function programCost(checkout: Checkout, program: Program, env: Readonly<Record<string, string>>): Promise<Cost> {
  return costOf(async (variables) => {
    const { status, log } = await checkout.run(program, { ...env, ...variables, NODE_OPTIONS: `--require=${COST}` });
    if (status !== 0) throw new Error(`${program}.mjs ended with ${status}: ${log}`);
  });
}

/** The pull request and its files, page by page. */
function answer({ url }: Asked): Answer {
  if (/\/pulls\/7$/.test(url)) return { json: { number: 7, changed_files: manyFiles.length, head: { sha: SHA }, base: { ref: "main" } } };
  const page = Number(/[?&]page=(\d+)/.exec(url)?.[1] ?? 1);
  if (url.includes("/pulls/7/files")) return { json: manyFiles.slice((page - 1) * PAGE, page * PAGE).map(({ path, status }) => ({ filename: path, status })) };
  return { status: 404 };
}
