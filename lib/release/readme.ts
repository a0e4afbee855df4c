/**
 * The page that lies beside the binaries in an archive.
 *
 * @module
 */

import { DESCRIPTIONS } from "../cli/command.ts";
import { VERSION } from "../cli/version.ts";
import { BINARIES, binaryName } from "./binaries.ts";
import type { Needs } from "./needs.ts";

/** What the page is about. */
export interface ReadmeFacts {
  /** What the binaries need. */
  readonly needs: Needs;
  /** The version of Deno whose runtime is inside. */
  readonly runtime: string;
}

/** The page, in Markdown. */
export function readmeOf({ needs, runtime }: ReadmeFacts): string {
  const programs = BINARIES.map((program) =>
    `- \`${binaryName(program)}\`: ${DESCRIPTIONS[program]}`
  );
  return `# capturevideo ${VERSION}

Sends a camera's picture from one computer to another and shows it there.

${programs.join("\n")}

Each of them runs as it is: Deno ${runtime} and the bridge to OpenCV are inside. \`--help\` lists its options.

## Try it

In two terminals; \`q\` in a window ends its program:

    ./capturevideo-host --source test
    ./capturevideo-guest

## OpenCV

Cameras, films and windows take OpenCV ${needs.openCvVersion}, which is not inside.${
    installing(needs)
  }

A browser as camera and window takes nothing:

    ./capturevideo-host --source browser --web
    ./capturevideo-guest --web

What stands between this computer and a picture, ./capturevideo-doctor says.

## Licence

MIT, in the file LICENSE.
`;
}

function installing({ packages }: Needs): string {
  return packages.length === 0 ? "" : ` On the system
that these were made on it comes with:

    sudo apt install ${packages.join(" ")}`;
}
