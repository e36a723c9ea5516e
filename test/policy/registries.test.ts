import type { Props, Subject } from "../../policy/kit/rule";
import { acrClosed } from "../../policy/rules/registries/acr-closed";
import { acrPurgeKeepsNewest } from "../../policy/rules/registries/acr-purge-keeps-newest";
import { bucketsPrivate } from "../../policy/rules/registries/buckets-private";
import { ecrLifecycleValid } from "../../policy/rules/registries/ecr-lifecycle-valid";
import { ecrScannedAndEncrypted } from "../../policy/rules/registries/ecr-scanned-and-encrypted";
import { ecrTagsImmutable } from "../../policy/rules/registries/ecr-tags-immutable";
import { newestImagesKept } from "../../policy/rules/registries/newest-images-kept";
import { noPublicPolicies } from "../../policy/rules/registries/no-public-policies";
import { changed, prove, subject, type Proof } from "./support";

const REPOSITORY = "aws:ecr/repository:Repository";
const repository = {
  name: "images",
  imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
  imageTagMutabilityExclusionFilters: [{ filter: "main-*" }, { filter: "nightly-*" }],
  imageScanningConfiguration: { scanOnPush: true },
  encryptionConfigurations: [{ encryptionType: "AES256" }],
};
const having = (path: string, value: unknown): Subject[] => [subject(REPOSITORY, changed(repository, path, value))];
const ECR = `${REPOSITORY} "it"`;

const immutable: Proof = {
  rule: ecrTagsImmutable,
  config: { mutableRepositories: ["cache"] },
  sound: {
    "movable prefixes alone": [subject(REPOSITORY, repository)],
    "no movable tag": [subject(REPOSITORY, { name: "images", imageTagMutability: "IMMUTABLE" })],
    "a cache": [subject(REPOSITORY, { name: "cache", imageTagMutability: "MUTABLE" })],
  },
  wrong: {
    "movable tags": [having("imageTagMutability", "MUTABLE"), `${ECR}: imageTagMutability: found "MUTABLE"; wanted "IMMUTABLE" or "IMMUTABLE_WITH_EXCLUSION".`],
    "what AWS makes of nothing": [having("imageTagMutability", undefined), `${ECR}: imageTagMutability: found nothing; wanted "IMMUTABLE" or "IMMUTABLE_WITH_EXCLUSION".`],
    "every tag excluded": [having("imageTagMutabilityExclusionFilters.0.filter", "*"), `${ECR}: imageTagMutabilityExclusionFilters: found *; wanted main-* and nightly-* at most.`],
    "a wider prefix": [having("imageTagMutabilityExclusionFilters.1.filter", "n*"), `${ECR}: imageTagMutabilityExclusionFilters: found n*; wanted main-* and nightly-* at most.`],
  },
};

const scanned: Proof = {
  rule: ecrScannedAndEncrypted,
  sound: { "both": [subject(REPOSITORY, repository)], "a key of one's own": having("encryptionConfigurations", [{ encryptionType: "KMS", kmsKey: "k" }]) },
  wrong: {
    "no scan": [having("imageScanningConfiguration", undefined), `${ECR}: imageScanningConfiguration.scanOnPush: found nothing; wanted true.`],
    "a scan that is off": [having("imageScanningConfiguration.scanOnPush", false), `${ECR}: imageScanningConfiguration.scanOnPush: found false; wanted true.`],
    "no encryption": [having("encryptionConfigurations", undefined), `${ECR}: encryptionConfigurations: found []; wanted one of AES256, KMS, KMS_DSSE.`],
    "another encryption": [having("encryptionConfigurations.0.encryptionType", "ROT13"), `${ECR}: encryptionConfigurations: found ["ROT13"]; wanted one of AES256, KMS, KMS_DSSE.`],
    "one that a team does not allow": [{ subjects: [subject(REPOSITORY, repository)], config: { encryption: ["KMS"] } }, `${ECR}: encryptionConfigurations: found ["AES256"]; wanted one of KMS.`],
  },
};

const LIFECYCLE = "aws:ecr/lifecyclePolicy:LifecyclePolicy";
type Rule = Record<string, unknown>;
const keep = (rulePriority: unknown, tagPatternList: unknown, countNumber: unknown = 60): Rule => ({ rulePriority, selection: { tagStatus: "tagged", tagPatternList, countType: "imageCountMoreThan", countNumber }, action: { type: "expire" } });
const age = (rulePriority: unknown, tagStatus: unknown = "any", more: Rule = {}): Rule => ({ rulePriority, selection: { tagStatus, countType: "sinceImagePushed", countUnit: "days", countNumber: 14, ...more }, action: { type: "expire" } });
const lifecycle = (...rules: Rule[]): Subject[] => [subject(LIFECYCLE, { repository: "images", policy: JSON.stringify({ rules }) })];
const LIFE = `${LIFECYCLE} "it": policy`;
const good = [keep(1, ["main-*"]), keep(2, ["nightly-*"]), age(3, "untagged"), age(9)] as const;
const first = (path: string, value: unknown): Subject[] => lifecycle(changed(good[0], path, value), ...good.slice(1));
const last = (path: string, value: unknown): Subject[] => lifecycle(...good.slice(0, 3), changed(good[3], path, value));

const valid: Proof = {
  rule: ecrLifecycleValid,
  sound: {
    "what ECR accepts": lifecycle(...good),
    "an object": [subject(LIFECYCLE, { policy: { rules: [{ ...keep(1, undefined), selection: { tagStatus: "tagged", tagPrefixList: ["main-"], countType: "imageCountMoreThan", countNumber: 1, storageClass: "standard" } }] } })],
    "archiving, and forgetting what is archived": lifecycle(
      { ...age(1, "untagged"), action: { type: "transition", targetStorageClass: "archive" } },
      age(2, "any", { countType: "sinceImageTransitioned", storageClass: "archive" }),
    ),
  },
  wrong: {
    "no JSON": [[subject(LIFECYCLE, { policy: "{" })], `${LIFE}: found no rules; wanted JSON with a list of rules.`],
    "no list": [[subject(LIFECYCLE, { policy: { rules: {} } })], `${LIFE}: found no rules; wanted JSON with a list of rules.`],
    "no rule": [lifecycle(), `${LIFE}.rules: found 0 rules; wanted 1 to 50.`],
    "too many rules": [lifecycle(...Array.from({ length: 51 }, (_, index) => keep(index + 1, ["main-*"]))), `${LIFE}.rules: found 51 rules; wanted 1 to 50.`],
    "no priority": [first("rulePriority", undefined), `${LIFE}.rules[0].rulePriority: found nothing; wanted a whole number from 1.`],
    "a broken priority": [first("rulePriority", 1.5), `${LIFE}.rules[0].rulePriority: found 1.5; wanted a whole number from 1.`],
    "a low priority": [first("rulePriority", 0), `${LIFE}.rules[0].rulePriority: found 0; wanted a whole number from 1.`],
    "one priority twice": [first("rulePriority", 2), `${LIFE}.rules[0].rulePriority: found 2 twice; wanted a priority of its own.`, `${LIFE}.rules[1].rulePriority: found 2 twice; wanted a priority of its own.`],
    "any image before others": [lifecycle(age(1), keep(2, ["main-*"])), `${LIFE}.rules[0].rulePriority: found 1 for any image; wanted the highest of all.`],
    "no such status": [first("selection.tagStatus", "all"), `${LIFE}.rules[0].selection.tagStatus: found "all"; wanted tagged, untagged or any.`],
    "no selection": [
      first("selection", undefined),
      `${LIFE}.rules[0].selection.tagStatus: found nothing; wanted tagged, untagged or any.`,
      `${LIFE}.rules[0].selection.countType: found undefined; wanted imageCountMoreThan or a since type.`,
      `${LIFE}.rules[0].selection.countNumber: found nothing; wanted a whole number from 1.`,
    ],
    "tagged images without tags": [first("selection.tagPatternList", undefined), `${LIFE}.rules[0].selection: found neither tagPatternList nor tagPrefixList; wanted one of them for tagged images.`],
    "tags in two ways": [first("selection.tagPrefixList", ["main-"]), `${LIFE}.rules[0].selection: found tagPatternList and tagPrefixList; wanted one of them.`],
    "tags of untagged images": [lifecycle(age(1, "untagged", { tagPrefixList: ["main-"] })), `${LIFE}.rules[0].selection: found tags for untagged images; wanted none.`],
    "tags of any image": [last("selection.tagPrefixList", ["main-"]), `${LIFE}.rules[3].selection: found tags for any images; wanted none.`],
    "too many wildcards": [first("selection.tagPatternList", ["*a*b*c*d*"]), `${LIFE}.rules[0].selection.tagPatternList: found *a*b*c*d*; wanted four wildcards at most.`],
    "a count of something else": [first("selection.countType", "size"), `${LIFE}.rules[0].selection.countType: found size; wanted imageCountMoreThan or a since type.`],
    "days of a count": [first("selection.countUnit", "days"), `${LIFE}.rules[0].selection.countUnit: found "days"; wanted nothing.`],
    "weeks": [last("selection.countUnit", "weeks"), `${LIFE}.rules[3].selection.countUnit: found "weeks"; wanted "days".`],
    "none at all": [first("selection.countNumber", 0), `${LIFE}.rules[0].selection.countNumber: found 0; wanted a whole number from 1.`],
    "a broken count": [first("selection.countNumber", 1.5), `${LIFE}.rules[0].selection.countNumber: found 1.5; wanted a whole number from 1.`],
    "a count in words": [first("selection.countNumber", "many"), `${LIFE}.rules[0].selection.countNumber: found "many"; wanted a whole number from 1.`],
    "the archive by push": [last("selection.storageClass", "archive"), `${LIFE}.rules[3].selection.storageClass: found "archive"; wanted "standard".`],
    "the age of no archive": [last("selection.countType", "sinceImageTransitioned"), `${LIFE}.rules[3].selection.storageClass: found nothing; wanted "archive".`],
    "another action": [first("action.type", "delete"), `${LIFE}.rules[0].action.type: found "delete"; wanted "expire" or "transition".`],
    "a transition to nowhere": [first("action.type", "transition"), `${LIFE}.rules[0].action.targetStorageClass: found nothing; wanted "archive".`],
    "expiry into an archive": [first("action.targetStorageClass", "archive"), `${LIFE}.rules[0].action.targetStorageClass: found "archive"; wanted nothing.`],
  },
};

const images = subject(REPOSITORY, repository);
const deleting = (filter: string, found: string): string => `${LIFE}.rules for ${filter}: found ${found}; wanted at least 10 kept, before any rule by age.`;
const BY_AGE = 'rule 9, by "sinceImagePushed"';

const kept: Proof = {
  rule: newestImagesKept,
  sound: {
    "a rule that keeps each": [images, ...lifecycle(...good)],
    "priorities, not their order, count": [images, ...lifecycle(...[...good].reverse())],
    "prefixes": [images, ...lifecycle(changed(changed(good[0], "selection.tagPatternList", undefined), "selection.tagPrefixList", ["main"]), good[1], good[3])],
    "a rule that keeps any": [images, ...lifecycle(age(1, "any", { countType: "imageCountMoreThan", countUnit: undefined, countNumber: 99 }))],
    "no rule by age": [images, ...lifecycle(keep(1, ["main-vllm-*"]))],
    "what is archived": [images, ...lifecycle(age(1, "any", { countType: "sinceImageTransitioned", storageClass: "archive" }))],
    "a repository without movable tags": [subject(REPOSITORY, { name: "images" }), ...lifecycle(age(9))],
    "what is no policy, which another rule reports": [images, subject(LIFECYCLE, { repository: "images", policy: "{" })],
    "fewer where config says so": { subjects: [images, ...lifecycle(keep(1, ["main-*"], 5), keep(2, ["nightly-*"], 5), age(9))], config: { images: 5 } },
    "as many as config says of each": { subjects: [images, ...lifecycle(keep(1, ["main-*"], 20), keep(2, ["nightly-*"], 5), age(9))], config: { imagesOf: { "main-*": 20, "nightly-*": 5 } } },
  },
  wrong: {
    "an age rule alone": [[images, ...lifecycle(age(9))], deleting("main-*", BY_AGE), deleting("nightly-*", BY_AGE)],
    "an age rule first": [[images, ...lifecycle({ ...age(1, "tagged", { tagPatternList: ["main-*"] }) }, keep(2, ["main-*"]), keep(3, ["nightly-*"]))], deleting("main-*", 'rule 1, by "sinceImagePushed"'), deleting("nightly-*", 'rule 1, by "sinceImagePushed"')],
    "too few kept": [[images, ...lifecycle(keep(1, ["main-*"], 3), keep(2, ["nightly-*"]), age(9))], deleting("main-*", "rule 1, which keeps 3"), deleting("nightly-*", "rule 1, which keeps 3")],
    "fewer than config says of one": [
      { subjects: [images, ...lifecycle(keep(1, ["main-*"], 13), keep(2, ["nightly-*"], 13), age(9))], config: { imagesOf: { "main-*": 14 } } },
      deleting("main-*", "rule 1, which keeps 13").replace("at least 10", "at least 14"),
    ],
    "a prefix that is forgotten": [[images, ...lifecycle(good[0], good[3])], deleting("nightly-*", BY_AGE)],
    "some images of a prefix": [[images, ...lifecycle(keep(1, ["main-vllm-*"]), good[1], good[3])], deleting("main-*", BY_AGE)],
    "images with a second tag": [[images, ...lifecycle(keep(1, ["main-*", "vllm-*"]), good[1], good[3])], deleting("main-*", BY_AGE)],
    "images by a pattern that need not fit": [[images, ...lifecycle(keep(1, ["m*n-*"]), good[1], good[3])], deleting("main-*", BY_AGE)],
    "archiving by age": [[images, ...lifecycle({ ...age(9), action: { type: "transition", targetStorageClass: "archive" } })], deleting("main-*", BY_AGE), deleting("nightly-*", BY_AGE)],
    "a repository of another stack": [lifecycle(good[1], good[3]), deleting("main-*", BY_AGE)],
  },
};

const ACR = "azure-native:containerregistry:Registry";
const closed: Proof = {
  rule: acrClosed,
  sound: { "both off": [subject(ACR, { adminUserEnabled: false, anonymousPullEnabled: false })] },
  wrong: {
    "the admin user": [[subject(ACR, { adminUserEnabled: true, anonymousPullEnabled: false })], `${ACR} "it": adminUserEnabled: found true; wanted false.`],
    "anonymous pulls": [[subject(ACR, { adminUserEnabled: false, anonymousPullEnabled: true })], `${ACR} "it": anonymousPullEnabled: found true; wanted false.`],
    "what Azure makes of nothing": [[subject(ACR, {})], `${ACR} "it": adminUserEnabled: found nothing; wanted false.`, `${ACR} "it": anonymousPullEnabled: found nothing; wanted false.`],
  },
};

const TASK = "azure-native:containerregistry:Task";
const encoded = (text: string): Subject[] => [subject(TASK, { step: { encodedTaskContent: Buffer.from(text, "utf8").toString("base64") } })];
const purge = (...commands: string[]): Subject[] => encoded(JSON.stringify({ steps: commands.map((cmd) => ({ cmd })) }));
const STEP = `${TASK} "it": steps[0].cmd`;

const purged: Proof = {
  rule: acrPurgeKeepsNewest,
  sound: {
    "tags of commits": purge("acr purge --filter 'images:^[0-9a-f]{7,40}-.+$' --ago 14d"),
    "movable tags, of which many stay": purge("acr purge --filter 'images:^main-' --ago 14d --keep 10"),
    "what has no tag": purge("acr purge --filter 'images:a^' --ago 7d --untagged"),
  },
  wrong: {
    "no content": [[subject(TASK, {})], `${TASK} "it": step.encodedTaskContent: found no steps; wanted a task with steps.`],
    "no YAML": [encoded("a: ["), `${TASK} "it": step.encodedTaskContent: found no steps; wanted a task with steps.`],
    "another command": [purge("az acr delete"), `${STEP}: found "az acr delete"; wanted acr purge.`],
    "a step without a command": [encoded("steps: [{ build: . }]"), `${STEP}: found "undefined"; wanted acr purge.`],
    "no filter": [purge("acr purge --ago 1d"), `${STEP}: found "acr purge --ago 1d"; wanted each filter in quotes.`],
    "a filter without quotes": [purge("acr purge --filter 'images:a^' --filter images:.* --ago 1d"), `${STEP}: found "acr purge --filter 'images:a^' --filter images:.* --ago 1d"; wanted each filter in quotes.`],
    "every tag": [purge("acr purge --filter 'images:.*' --ago 1d"), `${STEP}: found .* keeps 0; wanted --keep 10 or more for movable tags.`],
    "too few movable tags": [purge("acr purge --filter 'images:^nightly-image-cuda13' --ago 1d --keep 9"), `${STEP}: found ^nightly-image-cuda13 keeps 9; wanted --keep 10 or more for movable tags.`],
    "too few of the stack's own tags": [
      { subjects: purge("acr purge --filter 'images:^main-mine' --ago 1d --keep 9"), config: { tags: ["main-mine-amd64"] } },
      `${STEP}: found ^main-mine keeps 9; wanted --keep 10 or more for movable tags.`,
    ],
    "what is no pattern": [purge("acr purge --filter 'images:[' --ago 1d"), `${STEP}: found [ keeps 0; wanted --keep 10 or more for movable tags.`],
  },
};

const BUCKET = "aws:s3/bucket:Bucket";
const BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
const block = { bucket: "b", blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true };
const encryption = (sseAlgorithm: string, bucket = "b"): Props => ({ bucket, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm } }] });
const bucket = (access: Props = block, encrypted: Props = encryption("AES256")): Subject[] => [subject(BUCKET, { bucket: "b" }), subject(BLOCK, access), subject(ENCRYPTION, encrypted)];

const buckets: Proof = {
  rule: bucketsPrivate,
  sound: { "private and encrypted": bucket(), "encrypted by a key of one's own": bucket(block, encryption("aws:kms:dsse")) },
  wrong: {
    "one way open": [bucket({ ...block, ignorePublicAcls: false }), `${BLOCK} "it": public access: found no ignorePublicAcls; wanted all four.`],
    "another bucket's block": [bucket({ ...block, bucket: "c" }), `${BUCKET} "it": public access: found no blockPublicAcls, blockPublicPolicy, ignorePublicAcls and restrictPublicBuckets; wanted all four.`],
    "another bucket's encryption": [bucket(block, encryption("AES256", "c")), `${BUCKET} "it": encryption: found []; wanted AES256 or aws:kms.`],
    "another encryption": [bucket(block, encryption("none")), `${ENCRYPTION} "it": encryption: found ["none"]; wanted AES256 or aws:kms.`],
  },
};

const BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy";
const REPOSITORY_POLICY = "aws:ecr/repositoryPolicy:RepositoryPolicy";
const allowing = (type: string, Principal: unknown, Effect = "Allow"): Subject[] => [subject(type, { policy: JSON.stringify({ Statement: [{ Effect, Principal, Action: "s3:GetObject" }] }) })];
const principal = (type: string, found: string): string => `${type} "it": policy.Statement[0].Principal: found ${found}; wanted a named principal.`;

const nothingPublic: Proof = {
  rule: noPublicPolicies,
  sound: {
    "a named principal": allowing(BUCKET_POLICY, { AWS: "arn:aws:iam::1:role/a" }),
    "denying everybody": allowing(REPOSITORY_POLICY, "*", "Deny"),
  },
  wrong: {
    "no document": [[subject(BUCKET_POLICY, { policy: "" })], `${BUCKET_POLICY} "it": policy: found no policy document; wanted a JSON policy document.`],
    everybody: [allowing(BUCKET_POLICY, "*"), principal(BUCKET_POLICY, '"*"')],
    "everybody with an account": [allowing(REPOSITORY_POLICY, { AWS: ["*"] }), principal(REPOSITORY_POLICY, '{"AWS":["*"]}')],
    "everybody but": [allowing(BUCKET_POLICY, undefined), principal(BUCKET_POLICY, "nothing")],
  },
};

prove("registries", [immutable, scanned, valid, kept, closed, purged, buckets, nothingPublic]);
