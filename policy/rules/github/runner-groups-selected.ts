import { stackRule } from "../../kit/rule";
import { at, items, listed, show } from "../../kit/values";
import { isScaleSet } from "../runners/releases";

const groupType = "github:index/actionsRunnerGroup:ActionsRunnerGroup";

export const runnerGroupsSelected = stackRule({
  name: "runner-groups-selected",
  title: "Runner groups serve chosen repositories",
  severity: "high",
  level: "mandatory",
  holds: "A runner group is visible to selected repositories, each of them a configured one, and every scale set registers into a group of the stack.",
  why: "Runners of the default group, or of a group that is visible to all, take jobs of every repository of the organisation, whoever may write it.",
  fix: "Set visibility to selected, list the repositories' numeric ids, and name the group in the scale set's values.",
  source: { title: "GitHub: managing access to self-hosted runners using groups", url: "https://docs.github.com/actions/how-tos/manage-runners/self-hosted-runners/manage-access" },
  config: { repositoryIds: { type: "array", items: { type: "integer" }, default: [], description: "Numeric ids of the repositories that the runners may serve" } },
  *judge(subjects, config) {
    const allowed = items(config["repositoryIds"]).map(String);
    const groups = subjects.filter(({ type }) => type === groupType);
    for (const group of groups) {
      if (at(group.props, "visibility") !== "selected") yield { subject: group, property: "visibility", found: show(at(group.props, "visibility")), wanted: '"selected"' };
      const ids = items(at(group.props, "selectedRepositoryIds")).map(String);
      const strangers = ids.filter((id) => !allowed.includes(id));
      if (ids.length === 0 || strangers.length > 0) yield { subject: group, property: "selectedRepositoryIds", found: ids.length === 0 ? "none" : listed(strangers), wanted: listed(allowed) };
    }
    const names = groups.map(({ props }) => String(at(props, "name")));
    for (const set of subjects.filter(isScaleSet)) {
      const group = at(set.props, "values.runnerGroup");
      if (!names.includes(String(group))) yield { subject: set, property: "values.runnerGroup", found: show(group), wanted: `one of ${listed(names)}` };
    }
  },
});
