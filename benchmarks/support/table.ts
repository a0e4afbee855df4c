/**
 * Numbers as text: a table whose columns line up, and cells with as many digits as mean something.
 *
 * @module
 */

/** Lays out rows of cells, the first row being the headings; the first column is left-aligned. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0))
  );
  const lines = rows.map((row) =>
    row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)
    ).join("  ").trimEnd()
  );
  lines.splice(1, 0, widths.map((width) => "-".repeat(width)).join("  "));
  return lines.join("\n");
}

/** A number with a fixed count of decimals; a dash when there is none. */
export function cell(value: number | undefined, decimals = 1): string {
  return value === undefined || !Number.isFinite(value) ? "-" : value.toFixed(decimals);
}
