import { WeekDay, Type } from "@pulumi/azure-native/types/enums/containerservice";
import { z } from "zod";
import type { Finding } from "../errors";
import { oneOf, text, whole } from "../rules";
import type { ArmType } from "../type";
import { at, isObject, type Json } from "../values";
import { containerServiceVersions, MANAGED_CLUSTERS } from "./containerService";

const date = text(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, "a date such as 2026-12-31 is allowed");
const clock = text(/^([01]\d|2[0-3]):[0-5]\d$/, "a time from 00:00 to 23:59 is allowed");

const schedule = z
  .strictObject({
    daily: z.strictObject({ intervalDays: whole(1, 7) }).optional(),
    weekly: z.strictObject({ dayOfWeek: oneOf(WeekDay), intervalWeeks: whole(1, 4) }).optional(),
    absoluteMonthly: z.strictObject({ dayOfMonth: whole(1, 31), intervalMonths: whole(1, 6) }).optional(),
    relativeMonthly: z.strictObject({ dayOfWeek: oneOf(WeekDay), intervalMonths: whole(1, 6), weekIndex: oneOf(Type) }).optional(),
  })
  .refine((value) => Object.values(value).filter((kind) => kind !== undefined).length === 1, {
    error: "exactly one of daily, weekly, absoluteMonthly and relativeMonthly is allowed",
  });

const properties = z.strictObject({
  maintenanceWindow: z
    .strictObject({
      schedule,
      durationHours: whole(4, 24),
      startTime: clock,
      startDate: date.optional(),
      utcOffset: text(/^[+-]([01]\d|2[0-3]):[0-5]\d$/, "an offset such as -08:00 is allowed").optional(),
      notAllowedDates: z.array(z.strictObject({ start: date, end: date })).optional(),
    })
    .optional(),
  timeInWeek: z.array(z.strictObject({ day: oneOf(WeekDay).optional(), hourSlots: z.array(whole(0, 23)).optional() })).optional(),
  notAllowedTime: z.array(z.strictObject({ start: z.string().optional(), end: z.string().optional() })).optional(),
});

const NODE_SCHEDULE = "aksManagedNodeOSUpgradeSchedule";
const SCHEDULES = ["aksManagedAutoUpgradeSchedule", NODE_SCHEDULE];

/** learn.microsoft.com, planned-maintenance: `default` takes timeInWeek, the two upgrade schedules take a maintenance window. */
function check({ properties: wanted }: Json & { readonly properties: Json }, [, name = ""]: readonly string[]): readonly Finding[] {
  const findings: Finding[] = [];
  const isSchedule = SCHEDULES.includes(name);
  const [needed, barred] = isSchedule ? ["maintenanceWindow", "timeInWeek"] : ["timeInWeek", "maintenanceWindow"];
  if (wanted[needed] === undefined) findings.push({ property: needed, reason: `found nothing; the configuration ${JSON.stringify(name)} needs it` });
  if (wanted[barred] !== undefined) findings.push({ property: barred, reason: `found a value; the configuration ${JSON.stringify(name)} takes ${needed}` });
  if (at(wanted, "maintenanceWindow.schedule.daily") !== undefined && name !== NODE_SCHEDULE) {
    findings.push({ property: "maintenanceWindow.schedule.daily", reason: `found a value in ${JSON.stringify(name)}; only ${NODE_SCHEDULE} takes a daily schedule` });
  }
  const spans = at(wanted, "maintenanceWindow.notAllowedDates");
  for (const [index, span] of (Array.isArray(spans) ? spans : []).entries()) {
    if (String(at(span, "start")) > String(at(span, "end"))) {
      findings.push({ property: `maintenanceWindow.notAllowedDates[${index}].end`, reason: `found ${String(at(span, "end"))}, before its start ${String(at(span, "start"))}` });
    }
  }
  return findings;
}

/** Microsoft.ContainerService/managedClusters/maintenanceConfigurations. */
export const maintenanceConfigurations: ArmType = {
  type: `${MANAGED_CLUSTERS}/maintenanceConfigurations`,
  apiVersions: containerServiceVersions,
  name: {
    pattern: new RegExp(`^(default|${SCHEDULES.join("|")})$`),
    rule: `a maintenance configuration is called default, ${SCHEDULES.join(" or ")}`,
  },
  idCase: "resourcegroups",
  located: false,
  envelope: {},
  properties,
  readOnly: [],
  immutable: [],
  defaults: {},
  provisioning: "none",
  check,
  put: ({ body, existing }) => ({ document: withStart(body, existing?.document) }),
};

/** AKS answers a window with the offset and the first day that a body leaves out. */
function withStart(body: Json & { readonly properties: Json }, before: Json | undefined): Json & { readonly properties: Json } {
  const window = body.properties.maintenanceWindow;
  if (!isObject(window)) return body;
  const startDate = at(before, "properties.maintenanceWindow.startDate") ?? new Date().toISOString().slice(0, 10);
  return { ...body, properties: { ...body.properties, maintenanceWindow: { startDate, utcOffset: "+00:00", ...window } } };
}
