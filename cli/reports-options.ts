/** The options of the commands that tell GitHub about the reports of a run. */
import { required, text, type Option } from "./kit/options";

export const stacksOption: Option<string> = required(text("JSON", "the stacks of the run, as the command concerned gives them: a list of objects with `stack`"));

export const reportsOption: Option<string> = required(text("FOLDER", "where the artifacts were fetched to: a folder report-STACK for each stack"));
