/**
 * The service: prints the unit by which systemd runs the host with the options that are given, or
 * installs it.
 *
 * @example
 * ```sh
 * deno task service --source 0 --share --web
 * sudo deno task service --source 0 --share --web --install
 * ```
 * @module
 */

import { holdsThread, isCaptured } from "./lib/camera/source_spec.ts";
import { parseCommandLine } from "./lib/cli/command_line.ts";
import { CONFIG_FILE_NAME, parseConfigFile, readConfigFile } from "./lib/cli/config_file.ts";
import { environmentVariable, parseEnvironment, readEnvironment } from "./lib/cli/environment.ts";
import { log } from "./lib/cli/log.ts";
import { runMain } from "./lib/cli/main.ts";
import { optionsOf } from "./lib/cli/names.ts";
import { print } from "./lib/cli/print.ts";
import { CaptureVideoError } from "./lib/flow/errors.ts";
import { checkListening } from "./lib/host/listening.ts";
import { needOpenCv } from "./lib/opencv/mod.ts";
import { checkLasting, checkUser } from "./lib/service/check.ts";
import { type GivenOptions, hostArguments } from "./lib/service/host_arguments.ts";
import { install } from "./lib/service/install.ts";
import {
  checkConfiguration,
  checkFiles,
  checkReadable,
  missingOfUser,
} from "./lib/service/missing.ts";
import { placesFor } from "./lib/service/places.ts";
import { planUnit } from "./lib/service/plan.ts";
import { isRunBySystemd } from "./lib/service/system.ts";
import { unitText } from "./lib/service/unit.ts";
import { runCommand as run } from "./lib/setup/run_command.ts";
import { PROJECT_DIRECTORY } from "./lib/setup/tasks.ts";
import { OPTIONS, type Settings } from "./settings.ts";

const SERVICE = { program: "service", options: OPTIONS } as const;

/** Its own options and, as `optionsOf` has it, the host's. */
type ServiceSettings = Settings<"service"> & Settings<"host">;

/** Prints or installs the unit. */
async function main(settings: ServiceSettings): Promise<void> {
  checkListening(settings);
  checkLasting(settings);
  const { user: isUser } = settings;
  if (isUser) checkUser(environmentVariable("SUDO_USER"));
  const places = placesFor(isUser, environmentVariable);
  const { secretsFile, unitFolder } = places;
  const host = hostArguments(readGiven(), {
    options: optionsOf(SERVICE),
    folder: PROJECT_DIRECTORY,
    secretsFile,
  });
  const unit = await planUnit(settings, { isUser, host, places, run });
  for (const name of host.secrets) {
    log.warn(
      `${name} is left out of the unit, which everybody can read; write it into ${secretsFile}`,
    );
  }
  if (!settings.install) return print(unitText(unit).trimEnd());
  if (!isRunBySystemd()) {
    throw new CaptureVideoError(
      "service",
      "Cannot install a service: systemd does not run this computer; without --install the unit " +
        "is printed",
    );
  }
  const sources = settings.cameras.map(({ source }) => source);
  const part = sources.some(isCaptured) ? "capture" : "core";
  if (sources.some(holdsThread)) needOpenCv("open this source", part);
  checkFiles(host.files);
  if (!isUser) {
    await checkReadable([unit.folder, unit.denoFolder]);
    await checkConfiguration(`${unit.folder}/${CONFIG_FILE_NAME}`, secretsFile);
  }
  log.info(await install(unitText(unit), { isUser, folder: unitFolder, run }));
  if (isUser) { for (const line of await missingOfUser(sources, run)) log.warn(line); }
}

/** What is given for the host, place by place; that it is allowed is known already. */
function readGiven(): GivenOptions {
  const isHosts = ({ name }: { name: string }) => name !== "install" && name !== "user";
  return {
    file: parseConfigFile(SERVICE, readConfigFile()).given,
    environment: parseEnvironment(SERVICE, readEnvironment(OPTIONS)).given,
    commandLine: parseCommandLine(SERVICE, Deno.args).given.filter(isHosts),
  };
}

await runMain(SERVICE, (settings) => main(settings as ServiceSettings));
