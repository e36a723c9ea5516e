/** Who has the last word on what tests need, and what a leg of the matrix is told of it. */
import { groupedTests } from "../../workflows/plan-outputs";
import { contractOf, podContract } from "../../pipeline/test-contract";
import { select } from "../../pipeline/select";
import type { Pipeline } from "../../pipeline/model";
import { changed, pipeline } from "./fixtures";

const suite = pipeline.suites.find(({ id }) => id === "quick")!;

function withOwn(): Pipeline {
  return {
    ...pipeline,
    frameworks: changed(pipeline.frameworks, ({ id }) => id === "alpha", { testContract: { environment: { HOME: "/home/alpha", MPI: "1" }, workers: 2, directory: "a" } }),
    suites: changed(pipeline.suites, ({ id }) => id === "quick", { testContract: { environment: { MPI: "2" }, sharedMemoryGiB: 7, services: [] } }),
  };
}

test("a suite's word comes before its framework's, and that before the pipeline's; variables are added by name", () => {
  const own = withOwn();
  const quick = own.suites.find(({ id }) => id === "quick")!;
  expect(contractOf(own, quick, "alpha")).toEqual({
    ...pipeline.testContract,
    environment: { HOME: "/home/alpha", USER: "bench", HF_HOME: "/tmp/models", MPI: "2" },
    workers: 2,
    directory: "a",
    sharedMemoryGiB: 7,
    services: [],
  });
  expect(contractOf(own, quick, "beta")).toMatchObject({ environment: { HOME: "/home/bench", MPI: "2" }, workers: 1 });
  expect(contractOf(pipeline, suite, "beta")).toEqual(pipeline.testContract);
});

test("a class gives the most that one of its suites wants", () => {
  expect(podContract(withOwn(), "bench-gpu")).toEqual({ user: 0, sharedMemoryGiB: 7, memlock: "unlimited", services: 1 });
  expect(podContract(pipeline, "bench-arm")).toEqual({ user: 0, sharedMemoryGiB: 0, memlock: "node", services: 0 });
});

test("a leg is told all of it, and starts nothing where tests are only collected", () => {
  const plan = select(pipeline, { name: "push", ref: "refs/heads/trunk" }, { known: false, why: "all" }, "suite");
  const { suites } = groupedTests(pipeline, plan);
  const legs = Object.values(suites).flat().filter((leg) => leg.suite === "quick");
  const contract = { environment: "HOME=/home/bench\nUSER=bench\nHF_HOME=/tmp/models\n", user: 0, memlock: "unlimited", "shared-memory-gib": 4, workers: 1, directory: "suites", options: "" };
  expect(legs.find((leg) => leg["collect-only"] === "")).toMatchObject({ ...contract, services: ["store"], ready: "http://localhost:7000/alive\n", sanity: "python3 tools/look.py", "sanity-directory": "/opt/engine" });
  expect(legs.find((leg) => leg["collect-only"] !== "")).toMatchObject({ ...contract, services: [], ready: "", sanity: "" });
});

test("Docker is told by options, as there the container hooks are not", () => {
  const building: Pipeline = { ...pipeline, builders: { ...pipeline.builders, amd64: "bench-gpu" } };
  const plan = select(building, { name: "push", ref: "refs/heads/trunk" }, { known: false, why: "all" }, "suite");
  const [leg] = Object.values(groupedTests(building, plan).suites).flat().filter((each) => each["collect-only"] === "");
  expect(leg?.options).toBe("--user 0 --shm-size 4g --ulimit memlock=-1 --cap-add IPC_LOCK");
});
