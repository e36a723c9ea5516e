/** What components are built from, without Pulumi: rules, names, texts. */
import * as fc from "fast-check";
import { parse } from "yaml";
import { apiServer, execKubeconfig } from "../../components/cluster/kubeconfig";
import { nodeLabels, nodeTaints, tolerations } from "../../components/cluster/pools";
import { cacheRules, imageRules, lifecycleFindings, pullRequestRules, retentionFindings, type LifecycleRule } from "../../components/registries/lifecycle";
import { imagePurges, pullRequestPurges, purgeTask } from "../../components/registries/purge";
import { uuidOf } from "../../components/shared/uuid";
import { refClaim, trustedJobs } from "../../components/trust/purposes";
import type { NodePool } from "../../pipeline/infrastructure";
import { subject, subjects } from "../../pipeline/oidc";
import { fixture } from "../fixture";
import { userKubeconfig } from "./support";

const { pipeline } = fixture("large");
const repository = { owner: "ai-dynamo", name: "dynamo", ownerId: 11, repositoryId: 22 };
const retention = { pullRequestDays: 14, untaggedDays: 7, nightlyCount: 60, mainCount: 50, cacheDays: 30 };

describe("subjects", () => {
  test.each([
    ["legacy", { kind: "environment", name: "main-images" }, "repo:ai-dynamo/dynamo:environment:main-images"],
    ["immutable", { kind: "environment", name: "main-images" }, "repo:ai-dynamo@11/dynamo@22:environment:main-images"],
    ["legacy", { kind: "environment", name: "a:b" }, "repo:ai-dynamo/dynamo:environment:a%3Ab"],
    ["immutable", { kind: "pull-request" }, "repo:ai-dynamo@11/dynamo@22:pull_request"],
    ["legacy", { kind: "ref", ref: "refs/heads/main" }, "repo:ai-dynamo/dynamo:ref:refs/heads/main"],
  ] as const)("%s %j", (form, context, expected) => {
    expect(subject(repository, form, context)).toBe(expected);
  });

  test("both forms are trusted while a repository moves, and one afterwards", () => {
    const context = { kind: "environment", name: "x" } as const;
    expect(subjects(repository, "both", context)).toEqual(["repo:ai-dynamo/dynamo:environment:x", "repo:ai-dynamo@11/dynamo@22:environment:x"]);
    expect(subjects(repository, "immutable", context)).toEqual(["repo:ai-dynamo@11/dynamo@22:environment:x"]);
  });

  test("each purpose is trusted to its own environment, previews and applies to the other repository's", () => {
    const github = { infrastructureRepository: { owner: "ai-dynamo", name: "gpu-cicd", ownerId: 11, repositoryId: 33 }, subjectForm: "legacy" } as Parameters<typeof trustedJobs>[2];
    expect(trustedJobs("large", pipeline, github).map(({ purpose, subjects: of }) => [purpose, of])).toEqual([
      ["pull-request-images", ["repo:orbit-lab/engine:environment:vetted-images"]],
      ["main-images", ["repo:orbit-lab/engine:environment:trunk-images"]],
      ["release-images", ["repo:orbit-lab/engine:environment:stable-images"]],
      ["deployment-tests", ["repo:orbit-lab/engine:environment:launches"]],
      ["preview", ["repo:ai-dynamo/gpu-cicd:environment:large-preview"]],
      ["apply", ["repo:ai-dynamo/gpu-cicd:environment:large-apply"]],
    ]);
  });
});

test.each([
  ["main", "refs/heads/main"],
  ["release/*", "refs/heads/release/*"],
  ["pull-request/[0-9]+", "refs/heads/pull-request/*"],
  ["v[0-9].x", "refs/heads/v?.x"],
  ["release/**", "refs/heads/release/*"],
  ["refs/pull/*/merge", "refs/pull/*/merge"],
])("a branch pattern %p is the ref claim %p", (pattern, ref) => {
  expect(refClaim(pattern)).toBe(ref);
});

describe("lifecycle rules", () => {
  test("movable tags come first and shield their images from the rule for all others", () => {
    expect(imageRules(pipeline, retention).map(({ rulePriority, selection }) => [rulePriority, selection])).toEqual([
      [1, { tagStatus: "tagged", tagPatternList: ["trunk-*"], countType: "imageCountMoreThan", countNumber: 50 }],
      [2, { tagStatus: "tagged", tagPatternList: ["night-*"], countType: "imageCountMoreThan", countNumber: 60 }],
      [3, { tagStatus: "tagged", tagPatternList: ["stable-*"], countType: "imageCountMoreThan", countNumber: 50 }],
      [4, { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: 7 }],
      [5, { tagStatus: "any", countType: "sinceImagePushed", countUnit: "days", countNumber: 14 }],
    ]);
  });

  test("ECR takes every policy that is derived", () => {
    const days = fc.integer({ min: 1, max: 1000 });
    const any = fc.record({ pullRequestDays: days, untaggedDays: days, nightlyCount: days, mainCount: days, cacheDays: days });
    fc.assert(
      fc.property(any, (kept) => {
        for (const rules of [imageRules(pipeline, kept), pullRequestRules(kept), cacheRules(kept)]) expect(lifecycleFindings(rules, "rules")).toEqual([]);
      }),
    );
  });

  test("no image that carries a movable tag is expired by age", () => {
    const [first] = imageRules(pipeline, retention).filter(({ selection }) => selection.countType === "sinceImagePushed");
    const shields = imageRules(pipeline, retention).filter(({ selection }) => selection.tagPatternList?.some((pattern) => ["trunk-*", "night-*"].includes(pattern)));
    expect(shields.every(({ rulePriority }) => rulePriority < (first?.rulePriority ?? 0))).toBe(true);
    expect(shields).toHaveLength(2);
  });

  test("keeping fewer images than one run makes is refused", () => {
    expect(retentionFindings(pipeline, { ...retention, mainCount: 10 })).toEqual([
      {
        path: "infrastructure.registries.retention.mainCount",
        found: "10",
        allowed: "at least 11, the number of images that one run tags trunk-*: keeping fewer would expire the newest of some",
      },
      {
        path: "infrastructure.registries.retention.mainCount",
        found: "10",
        allowed: "at least 11, the number of images that one run tags stable-*: keeping fewer would expire the newest of some",
      },
    ]);
    expect(retentionFindings(pipeline, { ...retention, mainCount: 11, nightlyCount: 10 })).toEqual([]);
  });

  const expire = { type: "expire" } as const;
  const tagged = (tagPatternList: string[]): LifecycleRule["selection"] => ({ tagStatus: "tagged", tagPatternList, countType: "imageCountMoreThan", countNumber: 1 });
  const any: LifecycleRule["selection"] = { tagStatus: "any", countType: "sinceImagePushed", countUnit: "days", countNumber: 1 };
  test.each<[string, Omit<LifecycleRule, "description" | "action">[], string, string]>([
    ["one priority twice", [{ rulePriority: 1, selection: tagged(["a*"]) }, { rulePriority: 1, selection: tagged(["b*"]) }], "rules", "rulePriority 1 twice"],
    ["any before another", [{ rulePriority: 1, selection: any }, { rulePriority: 2, selection: tagged(["b*"]) }], "rules[0].rulePriority", "1 on a rule for any image"],
    ["tagged without patterns", [{ rulePriority: 1, selection: tagged([]) }], "rules[0].selection.tagPatternList", "none"],
    ["untagged with patterns", [{ rulePriority: 1, selection: { ...tagged(["a*"]), tagStatus: "untagged" } }], "rules[0].selection.tagPatternList", "a*"],
    ["five wildcards", [{ rulePriority: 1, selection: tagged(["*a*b*c*d*"]) }], "rules[0].selection.tagPatternList", "*a*b*c*d*"],
    ["days without a unit", [{ rulePriority: 1, selection: { tagStatus: "any", countType: "sinceImagePushed", countNumber: 1 } }], "rules[0].selection.countUnit", "undefined"],
    ["a unit beside a count", [{ rulePriority: 1, selection: { ...tagged(["a"]), countUnit: "days" } }], "rules[0].selection.countUnit", "days"],
    ["a count of nothing", [{ rulePriority: 1, selection: { ...any, countNumber: 0 } }], "rules[0].selection.countNumber", "0"],
    ["a priority of nothing", [{ rulePriority: 0, selection: any }], "rules[0].rulePriority", "0"],
    ["no rule", [], "rules", "0 rules"],
  ])("%s is no policy", (_, rules, path, found) => {
    const findings = lifecycleFindings(rules.map((rule) => ({ description: "", action: expire, ...rule })), "rules");
    expect(findings.map((finding) => [finding.path, finding.found])).toEqual([[path, found]]);
  });
});

test("the purge task removes commit tags by age, release tags beyond a number, and what nothing names; never a movable tag", () => {
  const { version, steps } = parse(purgeTask("ai-dynamo/dynamo", imagePurges(pipeline, retention))) as { version: string; steps: { cmd: string }[] };
  expect(version).toBe("v1.1.0");
  expect(steps.map(({ cmd }) => cmd)).toEqual([
    "acr purge --filter 'ai-dynamo/dynamo:^[0-9a-f]{7,40}-.+$' --ago 14d",
    "acr purge --filter 'ai-dynamo/dynamo:^stable-[0-9a-f]{7,40}-.+$' --ago 14d --keep 50",
    "acr purge --filter 'ai-dynamo/dynamo:a^' --ago 7d --untagged",
  ]);
  const expressions = [...imagePurges(pipeline, retention), ...pullRequestPurges(pipeline, retention)].map(({ tags }) => new RegExp(tags));
  const matched = (tag: string): number => expressions.filter((expression) => expression.test(tag)).length;
  expect(["trunk-alpha-amd64", "night-alpha-cuda13-arm64"].map(matched)).toEqual([0, 0]);
  expect(matched("0123456789abcdef0123456789abcdef01234567-alpha-amd64")).toBe(2);
});

describe("kubeconfig", () => {
  const encoded = userKubeconfig("one");

  test("logs in by kubelogin as who the Azure CLI is, and holds no credential", () => {
    const config = parse(execKubeconfig(encoded)) as Record<string, unknown>;
    expect(config["users"]).toEqual([
      {
        name: "entra",
        user: {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1beta1",
            command: "kubelogin",
            args: ["get-token", "--server-id", "6dae42f8-4368-4678-94ff-3960e28e3630", "--login", "azurecli"],
            interactiveMode: "Never",
          },
        },
      },
    ]);
    expect(config["clusters"]).toEqual([{ name: "one", cluster: { server: "https://one.hcp.westus3.azmk8s.io:443", "certificate-authority-data": "Q0E=" } }]);
    expect(config["current-context"]).toBe("one");
  });

  test("tells jobs the API server", () => {
    expect(apiServer(encoded)).toEqual({ url: "https://one.hcp.westus3.azmk8s.io:443", certificateAuthority: "Q0E=" });
  });

  test.each([["nothing", ""], ["no cluster", Buffer.from("clusters: []").toString("base64")]])("%s is an error", (_, text) => {
    expect(() => execKubeconfig(text)).toThrow();
  });
});

describe("pools", () => {
  const pool: NodePool = { name: "p", vmSize: "s", arch: "amd64", gpus: 0, minCount: 0, maxCount: 1, spot: false, osDiskGiB: 64, maxPods: 30, zones: [] };

  test.each<[string, Partial<NodePool>, boolean, string[]]>([
    ["of CPUs", {}, false, []],
    ["of CPUs for runners", {}, true, ["gpu-cicd/runners=true:NoSchedule"]],
    ["of GPUs", { gpus: 1 }, false, ["sku=gpu:NoSchedule"]],
    ["of GPUs for runners", { gpus: 1 }, true, ["sku=gpu:NoSchedule"]],
    ["of spot GPUs", { gpus: 1, spot: true }, true, ["sku=gpu:NoSchedule", "kubernetes.azure.com/scalesetpriority=spot:NoSchedule"]],
  ])("a pool %s", (_, change, reserved, expected) => {
    expect(nodeTaints({ ...pool, ...change }, reserved)).toEqual(expected);
  });

  test("a runner tolerates exactly what its pool is tainted with", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 8 }), fc.boolean(), (gpus, spot) => {
        const at = { ...pool, gpus, spot };
        expect(tolerations(at).map(({ key, value, effect }) => `${key}=${value}:${effect}`)).toEqual(nodeTaints(at, true));
      }),
    );
  });

  test("GPU nodes are labelled for the device plugin", () => {
    expect(nodeLabels({ ...pool, gpus: 1, spot: true })).toEqual({ "nvidia.com/gpu.present": "true", "kubernetes.azure.com/scalesetpriority": "spot" });
    expect(nodeLabels(pool)).toEqual({});
  });
});

test("names give UUIDs of version 5, always the same and each its own", () => {
  expect(uuidOf("a")).toBe(uuidOf("a"));
  fc.assert(
    fc.property(fc.string(), fc.string(), (one, other) => {
      expect(uuidOf(one)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(uuidOf(one) === uuidOf(other)).toBe(one === other);
    }),
  );
});

