// Bars of one table, in the same rows as its names. Loaded when the first result comes up.

import { BarChart } from "echarts/charts";
import { AriaComponent, GridComponent } from "echarts/components";
import { type EChartsType, init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import type { Table } from "./scene.ts";

use([BarChart, GridComponent, AriaComponent, SVGRenderer]);

/** Fill and stripes: for and against are told apart without colour too. */
const MARKS = ["#1f6f43", "#b3261e", "#6b7280"] as const;
const GRADES = ["#1b5e9b", "#2e8b8b", "#c77700", "#b3261e", "#6b7280", "#7b4fa3", "#4d6b2f", "#8a5a44"] as const;

export function colours(table: Table): readonly string[] {
  return table.marks ? MARKS : GRADES;
}

/** Draws into an element that has its size; `longest` of all bars fills the width. */
export function draw(into: HTMLElement, table: Table, longest: number): EChartsType {
  const chart = init(into, null, { renderer: "svg" });
  const size = Math.round(window.innerHeight * (table.rows.length > 6 ? 0.024 : 0.034));
  chart.setOption({
    animation: false,
    grid: { left: 0, right: 0, top: 0, bottom: 0 },
    xAxis: { type: "value", show: false, min: 0, max: Math.max(longest, 1) },
    yAxis: { type: "category", inverse: true, show: false, data: table.rows.map((_, index) => String(index)) },
    series: table.series.map((name, index) => ({
      name,
      type: "bar" as const,
      stack: "votes",
      silent: true,
      barWidth: "62%",
      barMaxWidth: window.innerHeight * 0.11,
      itemStyle: {
        color: colours(table)[index % colours(table).length] as string,
        borderColor: "#fff",
        borderWidth: 2,
      },
      data: table.rows.map((row) => row.votes[index] ?? 0),
      label: {
        show: true,
        color: "#fff",
        fontSize: size,
        fontWeight: "bold" as const,
        fontFamily: "Noto Sans SC Variable, sans-serif",
        // A bar too narrow for its number: the number stands beside, in the row's figures.
        formatter: ({ value }: { value: unknown }) =>
          typeof value === "number" && value / Math.max(longest, 1) > 0.06 ? String(value) : "",
      },
    })),
  });
  return chart;
}
