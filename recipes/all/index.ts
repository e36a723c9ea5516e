/** Every recipe: one entry each. */
import type { Recipe } from "../recipe";
import { extension } from "./extension";
import { framework } from "./framework";
import { policy } from "./policy";
import { removal } from "./removal";
import { requiredCheck } from "./required-check";
import { runnerClass } from "./runner-class";

export const RECIPES: readonly Recipe[] = [framework, runnerClass, requiredCheck, policy, extension, removal];
