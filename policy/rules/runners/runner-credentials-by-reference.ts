import { resourceRule } from "../../kit/rule";
import { at } from "../../kit/values";
import { isScaleSet, releaseType } from "./releases";

export const runnerCredentialsByReference = resourceRule({
  name: "runner-credentials-by-reference",
  title: "Scale sets name their credential",
  severity: "high",
  level: "mandatory",
  holds: "A scale set's githubConfigSecret is the name of a Secret, never the credential itself.",
  why: "A release's values are kept in the cluster, in the state and in Helm's history, for everybody who may read releases.",
  fix: "Create a Secret in the release's namespace and set githubConfigSecret to its name.",
  source: { title: "GitHub: authenticating ARC to the GitHub API", url: "https://docs.github.com/actions/how-tos/manage-runners/use-actions-runner-controller/authenticate-to-the-api" },
  types: [releaseType],
  *judge(release) {
    if (!isScaleSet(release)) return;
    const secret = at(release.props, "values.githubConfigSecret");
    const isName = typeof secret === "string" && /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/.test(secret);
    // The value is never shown: where it is no name it may be the credential.
    if (!isName) yield { property: "values.githubConfigSecret", found: secret === undefined ? "nothing" : "a value that is no name of a Secret", wanted: "the name of a Secret" };
  },
});
