/**
 * Tables for a terminal.
 *
 * @module
 */

/** A line for each row, its cells in columns but for the last, which may be of any length. */
export function inColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((cell, column) => Math.max(widest[column] ?? 0, cell.length)),
    [],
  );
  return rows.map((row) =>
    row.map((cell, column) => column < row.length - 1 ? cell.padEnd(widths[column]!) : cell)
      .join("  ")
  );
}
