/**
 * The programs in Python that docs/protocol.md shows.
 *
 * @module
 */

import { PROJECT_DIRECTORY } from "../../lib/setup/tasks.ts";

/** The program of one of the document's sections. */
export async function documentProgram(which: "guest" | "host"): Promise<string> {
  const document = await Deno.readTextFile(`${PROJECT_DIRECTORY}/docs/protocol.md`);
  const heading = `## A whole ${which} in Python`;
  const [, program] = /```python\n(.*?)^```$/ms.exec(document.slice(document.indexOf(heading))) ??
    [];
  if (program === undefined) throw new Error(`docs/protocol.md shows no ${which}`);
  return program;
}
