/** Every operation of GitHub that the sandbox implements. */
import type { Routes } from "../server/call";
import { accountRoutes } from "./accounts";
import { actionRoutes } from "./actions";
import { checkRoutes } from "./checks";
import { contentRoutes } from "./contents";
import { environmentRoutes } from "./environments";
import { issueRoutes } from "./issues";
import { pullRoutes } from "./pulls";
import { repositoryRoutes } from "./repositories";
import { rulesetRoutes } from "./rulesets";
import { secretRoutes } from "./secrets";

export const routes: Routes = {
  ...accountRoutes,
  ...repositoryRoutes,
  ...contentRoutes,
  ...rulesetRoutes,
  ...environmentRoutes,
  ...secretRoutes,
  ...actionRoutes,
  ...checkRoutes,
  ...pullRoutes,
  ...issueRoutes,
};
