/** AWS on one machine: moto behind a gateway that refuses what AWS refuses, and the provider that talks to it. */
import { NO_FAULTS, type RunningCloud, type SandboxContext } from "../cloud";
import { credentialsOf, DEFAULT_ACCOUNT } from "./account";
import { connect } from "./client";
import { startGateway } from "./front/gateway";
import { type InventoryEntry, inventoryOf } from "./inventory";
import { startEmulator } from "./moto";
import { awsProvider } from "./provider";
import { PublishedModels } from "./published";
import { knownActions } from "./validate/actions";

export { DEFAULT_ACCOUNT } from "./account";
export { canAssume, type Decision } from "./trust/evaluate";
export { GITHUB_ISSUER, type Claims } from "./trust/claims";
export { TrustPolicyError } from "./trust/statement";

export interface AwsOptions {
  /** Account of plain clients until a provider instance is configured: twelve digits; by default the emulator's 123456789012. */
  readonly accountId?: string;
  /** Region of plain clients until a provider instance is configured; by default us-west-2. */
  readonly region?: string;
}

interface Place {
  readonly account: string;
  readonly region: string;
}

/**
 * Starts AWS.
 *
 * `environment` and `lookAt` lead to the account and region of the provider instance that was configured last: they change when the
 * stack of another account is brought up.
 */
export async function start(context: SandboxContext, options: AwsOptions = {}): Promise<RunningCloud> {
  const defaultAccount = options.accountId ?? DEFAULT_ACCOUNT;
  const [emulator, actions] = await Promise.all([startEmulator(context), knownActions()]);
  const models = new PublishedModels(await context.tool("moto_server"));
  const gateway = await startGateway({ emulatorPort: emulator.port, defaultAccount, actions });
  const endpoint = `http://127.0.0.1:${gateway.port}`;
  const places = new Places({ account: defaultAccount, region: options.region ?? "us-west-2" });
  context.log(`AWS answers at ${endpoint}`);
  return {
    provider: awsProvider({ endpoint, faults: context.faults, models, defaultAccount, actions, configured: (place) => places.add(place) }),
    get environment() {
      return environmentOf(endpoint, places.last);
    },
    lookAt: [
      { label: "ECR repositories", command: "aws ecr describe-repositories" },
      { label: "IAM roles", command: "aws iam list-roles" },
      { label: "S3 buckets", command: "aws s3 ls" },
      { label: "AWS in a browser", command: `${endpoint}/moto-api/` },
    ],
    inventory: () => inventoryOfAll(endpoint, models, places.all),
    stop: async () => {
      await gateway.stop();
      await emulator.stop();
    },
  };
}

/** Accounts and regions that provider instances were configured for. */
class Places {
  private readonly seen = new Map<string, Place>();

  constructor(private readonly initial: Place) {}

  add(place: Place): void {
    const key = `${place.account}/${place.region}`;
    // Taken out first, so that the last one configured comes last.
    this.seen.delete(key);
    this.seen.set(key, { account: place.account, region: place.region });
  }

  get all(): readonly Place[] {
    return this.seen.size === 0 ? [this.initial] : [...this.seen.values()];
  }

  get last(): Place {
    return this.all.at(-1) ?? this.initial;
  }
}

function environmentOf(endpoint: string, { account, region }: Place): Readonly<Record<string, string>> {
  const { accessKeyId, secretAccessKey } = credentialsOf(account);
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EC2_METADATA_DISABLED: "true",
  };
}

/** Roles and buckets belong to an account, whatever the region: each entry is told once. */
async function inventoryOfAll(endpoint: string, models: PublishedModels, places: readonly Place[]): Promise<readonly InventoryEntry[]> {
  const found = await Promise.all(
    places.map(({ account, region }) => inventoryOf(connect({ endpoint, region, credentials: credentialsOf(account), faults: NO_FAULTS, models }))),
  );
  return [...new Map(found.flat().map((entry) => [JSON.stringify(entry), entry])).values()];
}
