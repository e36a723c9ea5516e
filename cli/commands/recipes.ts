/** What the usual additions take, shown on a copy of the tree. */
import { RECIPES } from "../../recipes/all";
import { Copy } from "../../recipes/copy";
import { tryRecipes } from "../../recipes/run";
import { recipesText } from "../../recipes/text";
import { define } from "../kit/command";
import { flag } from "../kit/options";
import { PROJECT } from "../kit/project";

export const command = define({
  about: [
    "Makes each edit on a copy of this tree: a framework, a runner class with its pool, a required check, a policy, and a framework and a suite less. The tree itself stays as it is.",
    "For each it shows what is edited by hand, which generated files follow, how wrong edits are refused, and that a policy refuses harm to what was added.",
    "On all of it together, the tests that read production's own files are run: none may need a change.",
    "The policies are told what follows from the copy's config, and judge the resources that its program registers.",
  ],
  options: { keep: flag("leaves the copy, with all edits, and says where it is") },
  examples: [["recipes", "one or two minutes; nothing needs to run"]],
  exits: { 0: "every recipe holds", 1: "one does not, or could not be tried" },
  async run({ options: { keep } }, io) {
    const copy = await Copy.of(PROJECT);
    try {
      const result = await tryRecipes(PROJECT, RECIPES, copy);
      io.out(recipesText(result));
      if (keep) io.out(`the copy is ${copy.folder}\n`);
      return [...result.problems, ...result.tried.flatMap(({ problems }) => problems)].length === 0 ? 0 : 1;
    } finally {
      if (!keep) copy.remove();
    }
  },
});
