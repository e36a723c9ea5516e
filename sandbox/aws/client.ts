/** AWS SDK clients of one provider instance, with one choke point that every request passes. */
import type { ECR } from "@aws-sdk/client-ecr";
import type { IAM } from "@aws-sdk/client-iam";
import type { S3 } from "@aws-sdk/client-s3";
import type { STS } from "@aws-sdk/client-sts";
import type { RetryErrorInfo, RetryStrategyV2, RetryToken } from "@smithy/types";
import type { FaultSwitch } from "../cloud";
import { CloudError } from "../provider/kind";
import type { Credentials } from "./account";
import type { PublishedModels, Service } from "./published";

/** Attempts of one call when AWS throttles: the real provider waits up to 25 times, which no rehearsal wants. */
export const MAXIMUM_ATTEMPTS = 3;
/** Milliseconds before a second attempt, doubled for each one after it. */
const FIRST_DELAY = 25;

/** What every kind works with. */
export interface AwsClient {
  readonly region: string;
  readonly account: string;
  /** Tags of the provider's configuration, which every resource gets. */
  readonly defaultTags: Readonly<Record<string, string>>;
  /** True for a tag that the provider's configuration says to pass over. */
  ignoresTag(key: string): boolean;
  ecr(): Promise<ECR>;
  iam(): Promise<IAM>;
  s3(): Promise<S3>;
  sts(): Promise<STS>;
}

export interface ConnectionOptions {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: Credentials;
  readonly faults: FaultSwitch;
  /** What every request is held to. */
  readonly models: PublishedModels;
}

/** The four clients, each loaded at its first use. */
export function connect(options: ConnectionOptions): Pick<AwsClient, "ecr" | "iam" | "s3" | "sts"> {
  const settings = {
    endpoint: options.endpoint,
    region: options.region,
    credentials: options.credentials,
    retryStrategy: new ThrottlingRetries(),
  };
  return {
    ecr: once(async () => guarded(new (await import("@aws-sdk/client-ecr")).ECR(settings), "ecr", options)),
    iam: once(async () => guarded(new (await import("@aws-sdk/client-iam")).IAM(settings), "iam", options)),
    // Loopback has no names for buckets: the bucket stands in the path.
    s3: once(async () => guarded(new (await import("@aws-sdk/client-s3")).S3({ ...settings, forcePathStyle: true }), "s3", options)),
    sts: once(async () => guarded(new (await import("@aws-sdk/client-sts")).STS(settings), "sts", options)),
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

/**
 * The SDK's retries for throttling, few and quick. Other failures are not tried again: a server error that is ordered for a rehearsal has
 * to reach the engine, and a create that was answered by 500 may have happened.
 */
class ThrottlingRetries implements RetryStrategyV2 {
  readonly mode = "sandbox";

  acquireInitialRetryToken(): Promise<RetryToken> {
    return Promise.resolve(retryToken(0, 0));
  }

  refreshRetryTokenForRetry(token: RetryToken, failure: RetryErrorInfo): Promise<RetryToken> {
    const tried = token.getRetryCount() + 1;
    if (failure.errorType !== "THROTTLING" || tried >= MAXIMUM_ATTEMPTS) return Promise.reject(new Error("not tried again"));
    return Promise.resolve(retryToken(tried, FIRST_DELAY * 2 ** (tried - 1)));
  }

  recordSuccess(): void {
    // Nothing is counted across calls.
  }
}

function retryToken(count: number, delay: number): RetryToken {
  return { getRetryCount: () => count, getRetryDelay: () => delay };
}

/** The part of an SDK client's middleware stack that is used here; the clients' own types differ in their inputs and outputs only. */
interface MiddlewareStack {
  add(middleware: Middleware, options: { step: "initialize" | "finalizeRequest"; priority: "high" | "low"; name: string }): void;
}
type Handler = (args: never) => Promise<unknown>;
type Middleware = (next: Handler, context: { commandName?: string }) => Handler;

/** Puts the choke point into a client: the service's published model, the fault switch before each attempt, and errors in the sandbox's form. */
function guarded<Client extends { middlewareStack: object }>(client: Client, service: Service, { faults, models }: ConnectionOptions): Client {
  const stack = client.middlewareStack as MiddlewareStack;
  stack.add(
    (next, context) => async (args) => {
      const operation = operationName(context);
      models.require(service, operation, (args as { readonly input?: unknown }).input);
      try {
        return await next(args);
      } catch (error) {
        throw toCloudError(operation, error);
      }
    },
    { step: "initialize", priority: "high", name: "sandboxErrors" },
  );
  // Low priority in this step comes after the retries: each attempt passes.
  stack.add(
    (next, context) => async (args) => {
      const operation = operationName(context);
      await passFaults(faults, operation);
      const answer = await next(args);
      await faults.answered({ cloud: "aws", operation });
      return answer;
    },
    { step: "finalizeRequest", priority: "low", name: "sandboxFaults" },
  );
  return client;
}

function operationName(context: { commandName?: string }): string {
  return (context.commandName ?? "UnknownCommand").replace(/Command$/, "");
}

/** An ordered fault in the form of a service's answer, from whose name and status the SDK tells throttling from other failures. */
class OrderedAnswer extends Error {
  readonly $metadata: { readonly httpStatusCode: number };

  constructor(readonly ordered: CloudError) {
    super(ordered.message);
    this.name = ordered.code;
    this.$metadata = { httpStatusCode: ordered.status };
  }
}

async function passFaults(faults: FaultSwitch, operation: string): Promise<void> {
  try {
    await faults.pass({ cloud: "aws", operation });
  } catch (error) {
    throw error instanceof CloudError ? new OrderedAnswer(error) : error;
  }
}

/** The SDK's error as the sandbox's; what is no answer of a service (a lost connection) passes as it is. */
function toCloudError(operation: string, error: unknown): unknown {
  if (error instanceof OrderedAnswer) return error.ordered;
  if (!(error instanceof Error)) return error;
  const { $metadata, Code, Error: detail } = error as { $metadata?: { httpStatusCode?: number }; Code?: string; Error?: { Code?: string } };
  const status = $metadata?.httpStatusCode;
  // The name is the SDK's class, which can differ from the code that the service wrote.
  return status === undefined ? error : new CloudError(operation, status, detail?.Code ?? Code ?? error.name, error.message);
}

/** The value, or undefined when the service answers with one of these codes. */
export async function unlessCode<T>(codes: readonly string[], call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof CloudError && codes.includes(error.code)) return undefined;
    throw error;
  }
}
