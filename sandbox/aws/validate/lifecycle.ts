/**
 * The rules that Amazon ECR publishes for lifecycle policies ("Lifecycle policy properties in Amazon ECR", User Guide; quota of 50 rules
 * from "Amazon ECR service quotas"). The emulator checks few of them.
 */
import { type Finding, isRecord, parseDocument, show, unknownKeys } from "./finding";

/** Rules that one policy may hold. */
export const MAXIMUM_RULES = 50;
/** Wildcards that one entry of tagPatternList may hold. */
export const MAXIMUM_PATTERN_WILDCARDS = 4;
/** Days that an archived image stays at least ("Archiving an image", User Guide). */
export const MINIMUM_ARCHIVE_DAYS = 90;

const TAG_STATUSES = ["tagged", "untagged", "any"];
const COUNT_TYPES = ["imageCountMoreThan", "sinceImagePushed", "sinceImagePulled", "sinceImageTransitioned"];
const ACTIONS = ["expire", "transition"];

/** Every rule of ECR's that the policy text breaks; empty when ECR takes it. */
export function lifecyclePolicyFindings(text: string): Finding[] {
  const parsed = parseDocument(text);
  if ("finding" in parsed) return [parsed.finding];
  const { rules } = parsed.document;
  const findings = unknownKeys(parsed.document, ["rules"], "");
  if (!Array.isArray(rules) || rules.length < 1 || rules.length > MAXIMUM_RULES) {
    const found = Array.isArray(rules) ? `${rules.length} rules` : show(rules);
    return [...findings, { path: "rules", message: `found ${found}; a list of 1 to ${MAXIMUM_RULES} rules is needed` }];
  }
  rules.forEach((rule: unknown, index) => findings.push(...ruleFindings(rule, `rules[${index}]`)));
  return [...findings, ...priorityFindings(rules)];
}

function ruleFindings(rule: unknown, path: string): Finding[] {
  if (!isRecord(rule)) return [{ path, message: `found ${show(rule)}; a rule is an object` }];
  const findings = unknownKeys(rule, ["rulePriority", "description", "selection", "action"], path);
  if (!isCount(rule.rulePriority)) {
    findings.push({ path: `${path}.rulePriority`, message: `found ${show(rule.rulePriority)}; an integer of at least 1 is needed` });
  }
  if (rule.description !== undefined && typeof rule.description !== "string") {
    findings.push({ path: `${path}.description`, message: `found ${show(rule.description)}; a string is allowed` });
  }
  const selection = isRecord(rule.selection) ? rule.selection : undefined;
  const action = isRecord(rule.action) ? rule.action : undefined;
  findings.push(
    ...(selection ? selectionFindings(selection, `${path}.selection`) : [missingObject(`${path}.selection`, rule.selection)]),
    ...(action ? actionFindings(action, selection, `${path}.action`) : [missingObject(`${path}.action`, rule.action)]),
  );
  return findings;
}

function missingObject(path: string, found: unknown): Finding {
  return { path, message: `found ${show(found)}; an object is needed` };
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 1;
}

function selectionFindings(selection: Record<string, unknown>, path: string): Finding[] {
  const allowed = ["tagStatus", "tagPrefixList", "tagPatternList", "storageClass", "countType", "countUnit", "countNumber"];
  return [
    ...unknownKeys(selection, allowed, path),
    ...tagFindings(selection, path),
    ...countFindings(selection, path),
    ...storageClassFindings(selection, path),
  ];
}

function tagFindings(selection: Record<string, unknown>, path: string): Finding[] {
  const { tagStatus, tagPrefixList: prefixes, tagPatternList: patterns } = selection;
  if (!TAG_STATUSES.includes(tagStatus as string)) {
    return [{ path: `${path}.tagStatus`, message: `found ${show(tagStatus)}; allowed are ${TAG_STATUSES.join(", ")}` }];
  }
  const findings: Finding[] = [];
  if (tagStatus === "tagged" && (prefixes === undefined) === (patterns === undefined)) {
    const found = prefixes === undefined ? "neither" : "both";
    findings.push({ path, message: `tagStatus "tagged" with ${found} of tagPrefixList and tagPatternList; exactly one is needed` });
  }
  for (const [key, list] of [
    ["tagPrefixList", prefixes],
    ["tagPatternList", patterns],
  ] as const) {
    if (list === undefined) continue;
    if (tagStatus !== "tagged") {
      findings.push({ path: `${path}.${key}`, message: `is forbidden with tagStatus ${show(tagStatus)}; it goes with "tagged" only` });
    } else {
      findings.push(...tagListFindings(list, key === "tagPatternList", `${path}.${key}`));
    }
  }
  return findings;
}

function tagListFindings(list: unknown, isPattern: boolean, path: string): Finding[] {
  if (!Array.isArray(list) || list.length === 0) return [{ path, message: `found ${show(list)}; a list of at least one string is needed` }];
  const shape = isPattern ? /^[A-Za-z0-9._*-]{1,128}$/ : /^[A-Za-z0-9._-]{1,128}$/;
  return list.flatMap((entry: unknown, index): Finding[] => {
    const at = `${path}[${index}]`;
    if (typeof entry !== "string" || !shape.test(entry))
      return [{ path: at, message: `found ${show(entry)}; a string like ${shape.source} is needed` }];
    const wildcards = entry.split("*").length - 1;
    return wildcards <= MAXIMUM_PATTERN_WILDCARDS
      ? []
      : [{ path: at, message: `${show(entry)} has ${wildcards} wildcards; at most ${MAXIMUM_PATTERN_WILDCARDS} are allowed` }];
  });
}

function countFindings(selection: Record<string, unknown>, path: string): Finding[] {
  const { countType, countUnit, countNumber } = selection;
  const findings: Finding[] = [];
  if (!COUNT_TYPES.includes(countType as string)) {
    findings.push({ path: `${path}.countType`, message: `found ${show(countType)}; allowed are ${COUNT_TYPES.join(", ")}` });
  } else if (countType === "imageCountMoreThan" && countUnit !== undefined) {
    findings.push({ path: `${path}.countUnit`, message: `found ${show(countUnit)}; it is forbidden with countType "imageCountMoreThan"` });
  } else if (countType !== "imageCountMoreThan" && countUnit !== "days") {
    findings.push({ path: `${path}.countUnit`, message: `found ${show(countUnit)}; countType ${show(countType)} needs "days"` });
  }
  if (!isCount(countNumber)) {
    findings.push({ path: `${path}.countNumber`, message: `found ${show(countNumber)}; an integer of at least 1 is needed` });
  } else if (countType === "sinceImageTransitioned" && countNumber < MINIMUM_ARCHIVE_DAYS) {
    const reason = `an archived image stays at least ${MINIMUM_ARCHIVE_DAYS} days`;
    findings.push({ path: `${path}.countNumber`, message: `found ${countNumber}; ${reason}` });
  }
  return findings;
}

function storageClassFindings(selection: Record<string, unknown>, path: string): Finding[] {
  const needed = selection.countType === "sinceImageTransitioned" ? "archive" : "standard";
  const isOptional = needed === "standard";
  if (selection.storageClass === needed || (isOptional && selection.storageClass === undefined)) return [];
  const message = `found ${show(selection.storageClass)}; countType ${show(selection.countType)} ${isOptional ? "allows" : "needs"} "${needed}"`;
  return [{ path: `${path}.storageClass`, message }];
}

function actionFindings(action: Record<string, unknown>, selection: Record<string, unknown> | undefined, path: string): Finding[] {
  const findings = unknownKeys(action, ["type", "targetStorageClass"], path);
  if (!ACTIONS.includes(action.type as string)) {
    return [...findings, { path: `${path}.type`, message: `found ${show(action.type)}; allowed are ${ACTIONS.join(", ")}` }];
  }
  if (action.type === "expire" && action.targetStorageClass !== undefined) {
    findings.push({
      path: `${path}.targetStorageClass`,
      message: `found ${show(action.targetStorageClass)}; it goes with type "transition" only`,
    });
  }
  if (action.type === "transition" && action.targetStorageClass !== "archive") {
    findings.push({
      path: `${path}.targetStorageClass`,
      message: `found ${show(action.targetStorageClass)}; type "transition" needs "archive"`,
    });
  }
  if (action.type === "transition" && selection?.countType === "sinceImageTransitioned") {
    findings.push({
      path: `${path}.type`,
      message: `found "transition"; countType "sinceImageTransitioned" selects archived images, which can only expire`,
    });
  }
  return findings;
}

/** Priorities are unique, and the rule for `any` image has the highest number, so there is at most one. */
function priorityFindings(rules: readonly unknown[]): Finding[] {
  const findings: Finding[] = [];
  const known = rules
    .map((rule, index) => ({ rule, index }))
    .flatMap(({ rule, index }) => (isRecord(rule) && isCount(rule.rulePriority) ? [{ rule, index, priority: rule.rulePriority }] : []));
  const first = new Map<number, number>();
  for (const { index, priority } of known) {
    const earlier = first.get(priority);
    if (earlier === undefined) first.set(priority, index);
    else
      findings.push({
        path: `rules[${index}].rulePriority`,
        message: `found ${priority}, which rules[${earlier}] has already; each priority is unique`,
      });
  }
  const highest = Math.max(...known.map(({ priority }) => priority));
  const anyRules = known.filter(({ rule }) => isRecord(rule.selection) && rule.selection.tagStatus === "any");
  for (const { index, priority } of anyRules) {
    if (priority < highest) {
      findings.push({
        path: `rules[${index}].rulePriority`,
        message: `found ${priority}; a rule with tagStatus "any" needs the highest priority number of all (${highest} here), so there is at most one`,
      });
    }
  }
  return findings;
}
