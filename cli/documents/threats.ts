/** Renders docs/threats.md. */
import { ACTORS, type Attack } from "../../attacks/attack";
import { ATTACKS, GROUPS } from "../../attacks/list";
import type { Generated } from "../generate/generator";

/** The generator of docs/threats.md. */
export function threatsFiles(): Generated {
  return { files: [{ path: "docs/threats.md", content: threatsDoc() }] };
}

function threatsDoc(): string {
  const open = ATTACKS.filter(({ notHeld }) => notHeld !== undefined);
  return `<!-- Rendered from attacks/list and cli/documents/threats.ts by \`make generate\`. -->

# Threats

Who may attack, how, what stops it, what proves that, and what remains. The table is the one that \`make attack\` runs: ${ATTACKS.length} attacks, each made on the
resources that a stack registers, the files that it delivers and a real API server. The judges (\`attacks/judges\`, \`workflows/gate\`, \`sandbox/aws/trust\`,
\`sandbox/azure/trust\`) are written from the documents of GitHub, AWS, Azure and Kubernetes and know nothing of what is meant. Each attack is also made
without what stops it, where it has to succeed: an attack that fails everywhere shows nothing. One that could not be made has failed.

## Who

| attacker | |
| --- | --- |
${Object.entries(ACTORS).map(([name, who]) => `| ${name} | ${who}. |`).join("\n")}

What none of them is: an owner of the organisation, an administrator of the repository, or GitHub, AWS and Azure themselves.

## Not held

These attacks succeed, and are left for the reason that is given. \`make attack\` tells them at each run, and ends with an error once one of them is refused, so
that this list stays true.

| attack | what he does | what follows | why it is left |
| --- | --- | --- | --- |
${open.map(({ id, does, notHeld }) => `| \`${id}\` | ${does} | ${notHeld?.consequence ?? ""} | ${notHeld?.why ?? ""} |`).join("\n")}

${GROUPS.map(({ title, attacks }) => `## ${title}\n\n${attacks.map(section).join("\n\n")}`).join("\n\n")}
`;
}

function section({ id, who, does, stops, proof, remains, notHeld }: Attack): string {
  return [
    `### ${id}`,
    "",
    `- **Who:** ${who}`,
    `- **How:** ${does}`,
    `- **What stops it:** ${stops}`,
    `- **What proves it:** ${notHeld === undefined ? "`make attack`; " : ""}${proof}`,
    `- **What remains:** ${remains === "nothing" ? "Nothing that is known." : remains}`,
  ].join("\n");
}
