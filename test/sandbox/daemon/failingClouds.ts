/** Clouds that start a process and then fail. */
import type { StartClouds } from "../../../sandbox/daemon/clouds";

export const startClouds: StartClouds = async (context) => {
  const { pid } = context.spawn("orphan", "/bin/sleep", ["1000"]);
  throw new Error(`the toy cloud was told to fail beside process ${pid}`);
};
