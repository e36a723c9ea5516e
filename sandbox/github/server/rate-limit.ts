/** GitHub's primary rate limit: so many requests per caller and hour. */
import { HttpError } from "./errors";

const WINDOW_S = 3600;

export class RateLimit {
  private readonly used = new Map<string, number>();
  private reset = Math.floor(Date.now() / 1000) + WINDOW_S;
  private last = 0;

  constructor(private readonly limit: number) {}

  /** Counts one request; 403 when the caller has none left. */
  spend(caller: string): void {
    const now = Math.floor(Date.now() / 1000);
    if (now >= this.reset) {
      this.used.clear();
      this.reset = now + WINDOW_S;
    }
    this.last = (this.used.get(caller) ?? 0) + 1;
    this.used.set(caller, this.last);
    if (this.last > this.limit)
      throw new HttpError(403, `API rate limit exceeded for ${caller}.`, undefined, { "retry-after": String(this.reset - now) });
  }

  /** Headers for the request that was counted last. */
  headers(): Record<string, string> {
    return {
      "x-ratelimit-limit": String(this.limit),
      "x-ratelimit-remaining": String(Math.max(0, this.limit - this.last)),
      "x-ratelimit-used": String(this.last),
      "x-ratelimit-reset": String(this.reset),
      "x-ratelimit-resource": "core",
    };
  }
}
