/** Prints, as JSON, how long two clusters take to start and how much memory their servers hold: `npx tsx test/sandbox/kubernetes/bench.ts`. */
import { basename } from "node:path";
import { clientOf, infoOf, kindOf, residentMegabytes, startRig, type Rig } from "./support";

const NAMESPACE = "kubernetes:core/v1:Namespace";
/** About what the larger stack writes into one cluster. */
const namespaces = 40;

async function main(): Promise<void> {
  const began = Date.now();
  const rig = await startRig();
  try {
    const clients = await Promise.all([clientOf(rig, "deployment-tests"), clientOf(rig, "runners")]);
    const startSeconds = (Date.now() - began) / 1000;
    const wrote = Date.now();
    for (const client of clients) for (let i = 0; i < namespaces; i++) await make(rig, client, `space-${i}`);
    const objectMilliseconds = (Date.now() - wrote) / (namespaces * clients.length);
    const processes = await Promise.all(rig.children.map(async (child) => ({ name: basename(child.spawnfile), megabytes: Math.round(await residentMegabytes(child)) })));
    const totalMegabytes = processes.reduce((sum, { megabytes }) => sum + megabytes, 0);
    console.log(JSON.stringify({ startSeconds, objectMilliseconds, totalMegabytes, processes }, undefined, 2));
  } finally {
    await rig.stop();
  }
}

async function make(rig: Rig, client: Awaited<ReturnType<typeof clientOf>>, name: string): Promise<void> {
  await kindOf(rig, NAMESPACE).create(client, { apiVersion: "v1", kind: "Namespace", metadata: { name } }, infoOf(NAMESPACE, name));
}

void main();
