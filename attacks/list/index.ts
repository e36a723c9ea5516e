/** Every attack, in the order in which they are told. */
import type { Attack } from "../attack";
import { guardAttacks } from "./guard";
import { identityAttacks } from "./identities";
import { imageAttacks } from "./images";
import { refAttacks } from "./refs";
import { runnerAttacks } from "./runners";
import { verdictAttacks } from "./verdicts";

/** A group of attacks under a heading of docs/threats.md. */
export interface Group {
  readonly title: string;
  readonly attacks: readonly Attack[];
}

export const GROUPS: readonly Group[] = [
  { title: "Refs", attacks: refAttacks },
  { title: "Cloud identities", attacks: identityAttacks },
  { title: "Verdicts", attacks: verdictAttacks },
  { title: "Runners and clusters", attacks: runnerAttacks },
  { title: "Images", attacks: imageAttacks },
  { title: "The guard itself", attacks: guardAttacks },
];

export const ATTACKS: readonly Attack[] = GROUPS.flatMap(({ attacks }) => attacks);
