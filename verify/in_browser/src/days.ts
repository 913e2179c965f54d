// Days of the place of the meeting (docs/rules.md, "Days"). Dates are texts `YYYY-MM-DD`, which compare as they are.

import type { Consequence } from "./contests.ts";
import type { Calendar } from "./entries.ts";
import { daysIn } from "./shapes.ts";

const DAY = 86_400_000;

function read(date: string): [number, number, number] {
  return date.split("-").map(Number) as [number, number, number];
}

function write(year: number, month: number, day: number): string {
  return `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

function moment(date: string): Date {
  const [year, month, day] = read(date);
  const at = new Date(0);
  at.setUTCFullYear(year, month - 1, day);
  return at;
}

/** So many days later; null beyond the year 9999. */
function addDays(date: string, days: number): string | null {
  const at = new Date(moment(date).getTime() + days * DAY);
  const year = at.getUTCFullYear(); // NaN beyond what a Date can hold
  return !(year <= 9999) ? null : write(year, at.getUTCMonth() + 1, at.getUTCDate());
}

/** The same date so many months later, or the last of its month; null for ever. */
export function addMonths(date: string, months: number | "forever"): string | null {
  if (months === "forever") return null;
  const [year, month, day] = read(date);
  const total = 12 * year + month - 1 + months;
  const inYear = Math.floor(total / 12);
  const inMonth = (total % 12) + 1;
  return inYear > 9999 ? null : write(inYear, inMonth, Math.min(day, daysIn(inYear, inMonth)));
}

export function dueDate(from: string, due: Consequence["due"], calendar: Calendar | null): string | null {
  if (due === null) return null;
  if (due.days !== undefined) return addDays(from, due.days);
  if (calendar === null) return null;
  let left = due.working_days as number;
  for (let day = addDays(from, 1); day !== null && day <= calendar.until; day = addDays(day, 1)) {
    const weekday = moment(day).getUTCDay();
    const works = calendar.workdays.includes(day) || (weekday >= 1 && weekday <= 5 && !calendar.holidays.includes(day));
    if (works && --left === 0) return day;
  }
  return null;
}
