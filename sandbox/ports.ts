/** Ports of this machine that nobody listens on. */
import { createServer, type AddressInfo } from "node:net";

/**
 * A free port on 127.0.0.1.
 * @param given ports that were given out already, to which this one is added: the system may name one again that is not yet listened on
 */
export async function freePort(given = new Set<number>()): Promise<number> {
  const port = await new Promise<number>((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port: found } = probe.address() as AddressInfo;
      probe.close(() => resolve(found));
    });
  });
  if (given.has(port)) return freePort(given);
  given.add(port);
  return port;
}
