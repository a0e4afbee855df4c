/**
 * The unit: what systemd is to start, as whom, and what it may do.
 *
 * @module
 */

import { EXIT_USAGE } from "../cli/main.ts";
import { argument, verbatim, word } from "./quoting.ts";
import type { NamedFile } from "./host_arguments.ts";

/** What the unit is called. */
export const UNIT_NAME = "capturevideo.service";

/** Its first line, by which it is known again. */
export const MARK = "# Made by capturevideo: deno task service";

/** How long a host may give no sign of life, in seconds. */
const WATCHDOG_SECONDS = 30;

/** It may end in order within this, in seconds. */
const STOP_SECONDS = 10;

/** The first systemd that waits longer after each failure. */
const BACKOFF_SINCE = 254;

/** What the unit is about. */
export interface Unit {
  /** Whether it is a service of one user, in that user's own manager. */
  readonly isUser: boolean;
  /** Deno, by its whole path. */
  readonly program: string;
  /** What it is given in front of the host's own options. */
  readonly programArgs: readonly string[];
  /** The host's options. */
  readonly hostArgs: readonly string[];
  /** The files that its options name. */
  readonly files: readonly NamedFile[];
  /** The project's folder. */
  readonly folder: string;
  /** Where Deno keeps what it has fetched and compiled. */
  readonly denoFolder: string;
  /** Files and folders that it has to see although they lie where nothing is to be seen. */
  readonly visible: readonly string[];
  /** The file in which secrets may stand. */
  readonly secretsFile: string;
  /** How many cameras it has. */
  readonly cameras: number;
  /** How many guests there may be at once. */
  readonly guests: number;
  /** Whether it listens on ports that are root's. */
  readonly hasRootPorts: boolean;
  /** Whether it can say when it is ready, and that it is alive. */
  readonly speaks: boolean;
  /** The version of the systemd that is here; 0 where it is not known. */
  readonly systemd: number;
  /** Whether a user may have a view of the files that is his own. */
  readonly hasUserNamespaces: boolean;
}

/** The unit's text, ending with a line break. */
export function unitText(unit: Unit): string {
  const { isUser } = unit;
  const lines = [
    MARK,
    `# It makes this file anew; put what is to stay into "systemctl ${
      isUser ? "--user " : ""
    }edit ${UNIT_NAME}".`,
    "",
    "[Unit]",
    "Description=capturevideo host",
    // A system brings up both late, or when they are first wanted; a user's manager has neither.
    ...isUser ? [] : [
      "Wants=network-online.target modprobe@videodev.service",
      "After=network-online.target modprobe@videodev.service",
    ],
    "StartLimitIntervalSec=0",
    "",
    "[Service]",
    ...whatRuns(unit),
    "",
    "# It is started again when it fails, but not where its options are wrong.",
    ...lifeOf(unit),
    "",
    "# It has what it needs, and no more.",
    ...isUser ? userLimits(unit) : systemLimits(unit),
    ...limits(unit),
    "",
    "[Install]",
    `WantedBy=${isUser ? "default.target" : "multi-user.target"}`,
  ];
  return lines.join("\n") + "\n";
}

function whatRuns(unit: Unit): string[] {
  const { isUser, program, folder, denoFolder, secretsFile, files } = unit;
  const args = [...unit.programArgs, ...unit.hostArgs].map(argument);
  // Root reads them for a service that is nobody known to whoever they belong to.
  const named = files.map(({ name, path }) =>
    isUser ? argument(`--${name}=${path}`) : `--${name}=\${CREDENTIALS_DIRECTORY}/${name}`
  );
  return [
    `ExecStart=${[word(program), ...args, ...named].join(" ")}`,
    `WorkingDirectory=${verbatim(folder)}`,
    `Environment=${word(`DENO_DIR=${denoFolder}`)}`,
    `Environment=XDG_CONFIG_HOME=${isUser ? "%E" : "%S"}`,
    "# Variables that are nobody else's business, such as CAPTUREVIDEO_NATS_PASSWORD.",
    `EnvironmentFile=-${verbatim(secretsFile)}`,
    ...isUser ? [] : files.map(({ name, path }) => `LoadCredential=${name}:${verbatim(path)}`),
    "SyslogIdentifier=capturevideo",
  ];
}

function lifeOf({ speaks, systemd }: Unit): string[] {
  return [
    `Type=${speaks ? "notify" : "exec"}`,
    ...speaks ? [`WatchdogSec=${WATCHDOG_SECONDS}`, "WatchdogSignal=SIGKILL"] : [],
    `TimeoutStopSec=${STOP_SECONDS}`,
    "Restart=on-failure",
    `RestartPreventExitStatus=${EXIT_USAGE}`,
    ...systemd >= BACKOFF_SINCE
      ? ["RestartSec=1", "RestartSteps=6", "RestartMaxDelaySec=60"]
      : ["RestartSec=3"],
  ];
}

/** A user of its own that is gone with it, and cameras as the only devices. */
function systemLimits({ visible, hasRootPorts }: Unit): string[] {
  const capabilities = hasRootPorts ? "CAP_NET_BIND_SERVICE" : "";
  return [
    "DynamicUser=yes",
    "SupplementaryGroups=video",
    "StateDirectory=capturevideo",
    "StateDirectoryMode=0700",
    ...homesHidden(visible),
    "DevicePolicy=closed",
    "DeviceAllow=char-video4linux rw",
    `CapabilityBoundingSet=${capabilities}`,
    `AmbientCapabilities=${capabilities}`,
    // Who may use a port of root's must be known outside.
    ...hasRootPorts ? [] : ["PrivateUsers=yes"],
    ...OWN_VIEW,
    "ProtectProc=invisible",
    "ProcSubset=pid",
  ];
}

/** As far as a user's manager can take anything away. */
function userLimits({ visible, hasUserNamespaces, speaks }: Unit): string[] {
  return [
    "ConfigurationDirectory=capturevideo",
    "ConfigurationDirectoryMode=0700",
    ...hasUserNamespaces
      ? [
        "PrivateUsers=yes",
        ...homesHidden(visible),
        "BindPaths=%E/capturevideo",
        // A user's manager is spoken to in a folder that is hidden with the homes.
        ...speaks ? ["BindReadOnlyPaths=%t/systemd/notify"] : [],
        ...OWN_VIEW,
      ]
      : ["# This system lets no user hide folders from a service."],
  ];
}

/**
 * No home folders, but for what it has to see of them. What is not there is left out: the host says
 * more plainly than systemd what it misses.
 */
function homesHidden(visible: readonly string[]): string[] {
  return ["ProtectHome=tmpfs", ...visible.map((path) => `BindReadOnlyPaths=${word(`-${path}`)}`)];
}

/** A view of the system in which nothing can be changed. */
const OWN_VIEW = [
  "ProtectSystem=strict",
  "PrivateTmp=yes",
  "ProtectClock=yes",
  "ProtectControlGroups=yes",
  "ProtectHostname=yes",
  "ProtectKernelLogs=yes",
  "ProtectKernelModules=yes",
  "ProtectKernelTunables=yes",
];

/** What needs nobody's help. */
function limits({ cameras, guests }: Unit): string[] {
  return [
    "NoNewPrivileges=yes",
    "LockPersonality=yes",
    "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK",
    "RestrictNamespaces=yes",
    "RestrictRealtime=yes",
    "RestrictSUIDSGID=yes",
    "SystemCallArchitectures=native",
    "SystemCallFilter=@system-service",
    "SystemCallFilter=~@privileged @resources",
    "SystemCallErrorNumber=EPERM",
    "KeyringMode=private",
    "UMask=0077",
    `MemoryMax=${512 + 256 * cameras + Math.ceil(guests / 2)}M`,
    `TasksMax=${256 + 64 * cameras}`,
  ];
}
