/**
 * The programs in Python that docs/protocol.md shows.
 *
 * @module
 */

import { PROJECT_DIRECTORY } from "../../lib/setup/tasks.ts";

/** The line of the guest whose place the private one's lines take. */
const CONNECTS = /^with socket\.create_connection.*\n/m;

/** The program of one of the document's sections. */
export async function documentProgram(which: "guest" | "private guest" | "host"): Promise<string> {
  const document = await Deno.readTextFile(`${PROJECT_DIRECTORY}/docs/protocol.md`);
  const under = (heading: string) => {
    const [, program] = /```python\n(.*?)^```$/ms.exec(document.slice(document.indexOf(heading))) ??
      [];
    if (program === undefined) throw new Error(`docs/protocol.md shows no ${which}`);
    return program;
  };
  if (which !== "private guest") return under(`## A whole ${which} in Python`);
  const guest = under("## A whole guest in Python");
  return guest.replace(CONNECTS, () => under("## The same for a private host"));
}
