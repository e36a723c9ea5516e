/** Clouds of a test's daemon: the toy cloud, and a child process that would live on by itself. */
import type { RunningCloud, SandboxContext } from "../../../sandbox/cloud";
import type { StartClouds } from "../../../sandbox/daemon/clouds";
import { ToyCloud, toyProvider } from "../provider/toyCloud";

export const startClouds: StartClouds = async (context: SandboxContext): Promise<readonly RunningCloud[]> => {
  // A shell with a child of its own: ending the shell alone would leave the sleep behind.
  context.spawn("sleeper", "/bin/sh", ["-c", "sleep 1000; true"]);
  const cloud = new ToyCloud();
  // The toy says `create a` when it is called and `created a` when it answers.
  cloud.before = (call) => (call.startsWith("created ") ? context.faults.answered({ cloud: "toy", operation: call.replace("created", "create") }) : context.faults.pass({ cloud: "toy", operation: call }));
  return [
    {
      provider: toyProvider(cloud),
      lookAt: [{ label: "things", command: "look around" }],
      environment: { TOY_ENDPOINT: "http://127.0.0.1:1", TOY_QUOTE: "it's" },
      inventory: async () => [...cloud.things].map(([id, { inputs, revision }]) => ({ kind: "thing", name: id, detail: `size ${inputs.size}, revision ${revision}` })),
      stop: async () => undefined,
    },
  ];
};
