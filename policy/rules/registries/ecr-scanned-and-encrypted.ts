import { resourceRule } from "../../kit/rule";
import { at, items, show, texts } from "../../kit/values";
import { ecrRepositoryType } from "./ecr-tags-immutable";

export const ecrScannedAndEncrypted = resourceRule({
  name: "ecr-scanned-and-encrypted",
  title: "Images are scanned on push and encrypted at rest",
  severity: "medium",
  level: "mandatory",
  holds: "An ECR repository scans each image when it is pushed, and says how it is encrypted.",
  why: "A known vulnerability in a base image reaches the cluster unseen.",
  fix: "Set imageScanningConfiguration.scanOnPush and encryptionConfigurations.",
  source: { title: "AWS Security Hub: ECR.1", url: "https://docs.aws.amazon.com/securityhub/latest/userguide/ecr-controls.html" },
  types: [ecrRepositoryType],
  config: { encryption: { type: "array", items: { type: "string" }, default: ["AES256", "KMS", "KMS_DSSE"], description: "Encryption types that are allowed" } },
  *judge(repository, config) {
    const scan = at(repository.props, "imageScanningConfiguration.scanOnPush");
    if (scan !== true) yield { property: "imageScanningConfiguration.scanOnPush", found: show(scan), wanted: "true" };
    const allowed = texts(config["encryption"]);
    const encryption = items(at(repository.props, "encryptionConfigurations")).map((entry) => String(at(entry, "encryptionType")));
    if (encryption.length === 0 || encryption.some((type) => !allowed.includes(type))) {
      yield { property: "encryptionConfigurations", found: show(encryption), wanted: `one of ${allowed.join(", ")}` };
    }
  },
});
