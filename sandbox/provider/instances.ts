/** Provider instances. The engine opens one connection for each, and no later call names the instance, so the connection's peer tells them apart. */
import { isAlive } from "./peer";

export interface Instance<Client> {
  readonly client: Client;
  /** Process id of the engine, where it could be found. */
  readonly engine: number | undefined;
}

export class Instances<Client> {
  private readonly byPeer = new Map<string, Instance<Client>>();
  private readonly cancels = new Map<string, AbortController>();
  private readonly engines = new Map<string, Promise<number | undefined>>();

  /** `processAt` finds the process behind a port on this machine that is connected to the provider server. */
  constructor(private readonly processAt: (port: number) => Promise<number | undefined>) {}

  /** The engine behind a peer address such as `127.0.0.1:40312`. */
  engineOf(peer: string): Promise<number | undefined> {
    const known = this.engines.get(peer) ?? this.processAt(Number(peer.slice(peer.lastIndexOf(":") + 1)));
    this.engines.set(peer, known);
    return known;
  }

  async set(peer: string, client: Client): Promise<void> {
    this.sweep();
    this.byPeer.set(peer, { client, engine: await this.engineOf(peer) });
  }

  get(peer: string): Instance<Client> | undefined {
    return this.byPeer.get(peer);
  }

  /** Aborted when the engine behind a peer cancels. */
  cancelled(peer: string): AbortSignal {
    const known = this.cancels.get(peer) ?? new AbortController();
    this.cancels.set(peer, known);
    return known.signal;
  }

  cancel(peer: string): void {
    this.cancelled(peer);
    this.cancels.get(peer)?.abort();
  }

  cancelAll(): void {
    for (const cancel of this.cancels.values()) cancel.abort();
  }

  /** A port that a dead engine used may be used again by another. */
  connected(peer: string): void {
    this.byPeer.delete(peer);
    this.engines.delete(peer);
    this.cancels.delete(peer);
  }

  private sweep(): void {
    for (const [peer, { engine }] of this.byPeer) {
      if (engine !== undefined && !isAlive(engine)) this.connected(peer);
    }
  }
}
