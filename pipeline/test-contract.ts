/** The contract between tests and the pods that they run in, with everything said; and what a runner class has to give for all of its suites. */
import type { Arch, Pipeline, TestSuite } from "./model";
import type { OwnTestContract, TestContract } from "./schema/test-contract";

/** What a suite needs on the image of a framework: the suite's word before the framework's, and that before the pipeline's. */
export function contractOf(pipeline: Pick<Pipeline, "testContract" | "frameworks">, suite: TestSuite, framework: string): TestContract {
  const own = pipeline.frameworks.find(({ id }) => id === framework)?.testContract ?? {};
  return [own, suite.testContract].reduce<TestContract>(changed, pipeline.testContract);
}

function changed(contract: TestContract, own: OwnTestContract): TestContract {
  return { ...contract, ...own, environment: { ...contract.environment, ...own.environment } };
}

/** A suite on a framework, with its contract. */
export interface Contracted {
  readonly suite: TestSuite;
  readonly framework: string;
  readonly contract: TestContract;
}

/** All that runs on a runner class. */
export function contractsOn(pipeline: Pipeline, runner: string): Contracted[] {
  const suites = pipeline.suites.filter(({ runners }) => Object.values(runners).includes(runner));
  return suites.flatMap((suite) => {
    const runs = (Object.keys(suite.runners) as Arch[]).some((arch) => suite.runners[arch] === runner && suite.collectOnly[arch] === undefined);
    return pipeline.frameworks.map(({ id }) => {
      const contract = contractOf(pipeline, suite, id);
      return { suite, framework: id, contract: runs ? contract : collected(contract) };
    });
  });
}

/** Where tests are only collected, none of them touches memory, services or a second worker. */
function collected(contract: TestContract): TestContract {
  return { ...contract, sharedMemoryGiB: 0, memlock: "node", services: [], workers: 1 };
}

/** What a class's pods have to give, as one template serves all of its suites. */
export interface PodContract {
  /** Numeric user id. */
  readonly user: number;
  /** GiB of `/dev/shm`; 0 for the runtime's default. */
  readonly sharedMemoryGiB: number;
  readonly memlock: TestContract["memlock"];
  /** Services that run beside the tests, at most. */
  readonly services: number;
}

/** The most that one of the class's suites wants; what the pipeline says of all where none runs on it. */
export function podContract(pipeline: Pipeline, runner: string): PodContract {
  const contracts = contractsOn(pipeline, runner).map(({ contract }) => contract);
  const all = contracts.length > 0 ? contracts : [pipeline.testContract];
  return {
    user: all[0]!.user,
    sharedMemoryGiB: Math.max(...all.map(({ sharedMemoryGiB }) => sharedMemoryGiB)),
    services: Math.max(...all.map(({ services }) => services.length)),
    memlock: all.some(({ memlock }) => memlock === "unlimited") ? "unlimited" : "node",
  };
}
