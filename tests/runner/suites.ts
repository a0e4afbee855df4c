/**
 * What `deno task test` runs, in this order. Each has the computer to itself but for the camera
 * machine, which mostly waits for itself; it has ended when the last ones measure time.
 * @module
 */

import { OLD_DENO } from "../binaries/old_deno.ts";

/** A part of the tests: one call of `deno test`. */
export interface Suite {
  /** Stands in the headings and in the name of the report. */
  readonly name: string;
  /** Files and folders, from the project's folder. */
  readonly paths: readonly string[];
  /** Folders below `paths` that belong to another suite. */
  readonly ignore?: readonly string[];
  /** Further flags of `deno test`. */
  readonly flags?: readonly string[];
  /** The programs it may run, besides Deno. */
  readonly programs: readonly string[];
  /** Runs beside those behind it, up to the one that is to be alone. */
  readonly isBeside?: true;
  /** So many of its files are run at once: their programs mostly wait for each other. */
  readonly filesAtOnce?: number;
  /** Begins when all before it have ended. */
  readonly isAlone?: true;
  /** It is ended, and has failed, after this many minutes. */
  readonly limitMinutes: number;
  /** It is run only where it is named: it takes too long, or too much, to be run every time. */
  readonly onlyNamed?: true;
  /** What its tests print is shown: figures, that nobody asserts. */
  readonly showsFigures?: true;
}

/**
 * What else the machine does can make a picture late once. A test that needed its second try is
 * named in front of the closing line, which counts them.
 */
const SECOND_TRY = ["--retry=1"];

const DISPLAY_PROGRAMS = [
  "Xvfb",
  "xdotool",
  "setxkbmap",
  "xwininfo",
  "xprop",
  "evilwm",
  "import",
  "convert",
];
const VIDEO_PROGRAMS = ["ffmpeg", "ffprobe", "/usr/bin/python3"];
const SYSTEM_PROGRAMS = ["sh", "bash", "kill", "g++", "c++"];
const SERVICE_PROGRAMS = ["dpkg-query", "systemd-analyze"];
const IMAGE_PROGRAMS = [
  ...["apt-cache", "apt-get", "dpkg-query", "dpkg-deb", "tar", "xz"],
  ...["make", "gcc", "strip", "depmod", "modprobe", "sh", "uname"],
];

/** Those that measure time, or answer a flood in time: nothing else may need the processors. */
const TIMED = ["bound", "browser_bound", "deaths", "discovery_liars", "legacy", "nats", "relay"]
  .map((name) => `tests/network/${name}_test.ts`);
const NETWORK_PROGRAMS = [...DISPLAY_PROGRAMS, "ip", "tc", "chrt", "sh", "/usr/bin/python3"];

/** Every suite. */
export const SUITES: readonly Suite[] = [
  {
    name: "camera",
    paths: ["tests/camera_vm"],
    ignore: ["tests/camera_vm/inside"],
    programs: ["qemu-system-x86_64", ...IMAGE_PROGRAMS],
    isBeside: true,
    limitMinutes: 30,
  },
  {
    name: "unit",
    paths: ["tests"],
    ignore: [
      ...["tests/end_to_end", "tests/network", "tests/web", "tests/camera_vm"],
      ...["tests/systems", "tests/binaries"],
    ],
    programs: [
      ...[...DISPLAY_PROGRAMS, ...VIDEO_PROGRAMS, ...SYSTEM_PROGRAMS],
      ...SERVICE_PROGRAMS,
    ],
    limitMinutes: 15,
  },
  {
    name: "examples",
    paths: ["lib", "settings.ts"],
    flags: ["--doc"],
    programs: [],
    limitMinutes: 5,
  },
  {
    name: "end to end",
    paths: ["tests/end_to_end"],
    flags: SECOND_TRY,
    programs: [
      ...[...DISPLAY_PROGRAMS, ...VIDEO_PROGRAMS, ...SYSTEM_PROGRAMS],
      ...["openssl", "mount", "umount", "/usr/sbin/nats-server"],
    ],
    limitMinutes: 30,
  },
  {
    name: "web",
    paths: ["tests/web"],
    flags: SECOND_TRY,
    programs: [
      ...["curl", "gst-launch-1.0", "sh", "zbarimg"],
      ...[...VIDEO_PROGRAMS, ...DISPLAY_PROGRAMS],
    ],
    limitMinutes: 20,
  },
  {
    name: "binaries",
    paths: ["tests/binaries"],
    ignore: ["tests/binaries/bare"],
    flags: SECOND_TRY,
    programs: [
      ...[OLD_DENO, "npm", "tar", "mv", "rm", "dpkg-query"],
      ...["setsid", "env", "kill", "sh", ...DISPLAY_PROGRAMS],
    ],
    limitMinutes: 15,
    showsFigures: true,
  },
  {
    name: "network",
    paths: ["tests/network"],
    ignore: TIMED,
    flags: SECOND_TRY,
    programs: NETWORK_PROGRAMS,
    filesAtOnce: 2,
    isAlone: true,
    limitMinutes: 30,
  },
  {
    name: "network in time",
    paths: TIMED,
    flags: SECOND_TRY,
    programs: NETWORK_PROGRAMS,
    isAlone: true,
    limitMinutes: 30,
  },
  {
    name: "other systems",
    paths: ["tests/systems"],
    ignore: ["tests/systems/inside"],
    programs: [
      ...["qemu-system-x86_64", ...IMAGE_PROGRAMS],
      ...["debootstrap", "unshare", "setsid", "apt-get", "dpkg-query", "git"],
      ...["rm", "cp", "ln", "tar", "kill", "sh", "node", "npm", "chromium"],
      ...[...VIDEO_PROGRAMS, ...DISPLAY_PROGRAMS],
    ],
    limitMinutes: 180,
    onlyNamed: true,
    showsFigures: true,
  },
  {
    name: "bare binaries",
    paths: ["tests/binaries/bare"],
    programs: [
      ...[OLD_DENO, "npm", "tar", "mv", "rm", "dpkg-query"],
      ...["setsid", "env", "kill", "sh", "debootstrap", "unshare", "apt-get", "cp"],
    ],
    limitMinutes: 15,
    onlyNamed: true,
  },
];

/** What the user typed after `deno task test`. */
export interface Selection {
  /** Files and folders to test; none: everything. */
  readonly paths: readonly string[];
  /** Flags for `deno test`, such as `--filter=…`. */
  readonly flags: readonly string[];
}

/** The suites that `selection` touches, each narrowed to what was selected. */
export function selectSuites({ paths, flags }: Selection): Suite[] {
  const selected: Suite[] = [];
  for (const suite of SUITES) {
    const owned = [
      ...paths.filter((path) => ownerOf(path) === suite),
      ...suite.onlyNamed ? [] : suite.paths.filter((own) => paths.some((path) => holds(path, own))),
    ];
    const isMeant = paths.length === 0 ? !suite.onlyNamed : owned.length > 0;
    if (!isMeant) continue;
    selected.push({
      ...suite,
      paths: paths.length === 0 ? suite.paths : owned,
      flags: [...suite.flags ?? [], ...flags],
    });
  }
  return selected;
}

/** The suite whose folder holds `path` most closely. */
function ownerOf(path: string): Suite | undefined {
  let best: { suite: Suite; length: number } | undefined;
  for (const suite of SUITES) {
    for (const root of suite.paths) {
      const isIn = normalised(path) === root || holds(root, path);
      if (isIn && root.length > (best?.length ?? 0)) best = { suite, length: root.length };
    }
  }
  return best?.suite;
}

/** Whether a path is that of something in a folder. */
function holds(folder: string, path: string): boolean {
  return normalised(path).startsWith(`${normalised(folder)}/`);
}

function normalised(path: string): string {
  return path.replace(/^\.\//, "").replace(/\/$/, "");
}

/** The arguments of `deno` for one suite: permissions by name, and where the report goes. */
export function denoTestArguments(suite: Suite, denoPath: string, reportPath: string): string[] {
  return [
    "test",
    // The types of all files are checked by a test of its own, but those of the examples in comments.
    ...suite.flags?.includes("--doc") ? [] : ["--no-check"],
    "--allow-read",
    "--allow-write=.cache,lib/opencv/.build,/tmp",
    "--allow-env",
    "--allow-net=127.0.0.1,localhost,[::1],0.0.0.0,[::]",
    `--allow-run=${[denoPath, ...suite.programs].join(",")}`,
    "--allow-ffi=lib/opencv/.build",
    "--allow-sys=uid,hostname,cpus,systemMemoryInfo,osRelease,networkInterfaces",
    ...suite.showsFigures ? [] : ["--quiet"],
    `--junit-path=${reportPath}`,
    ...(suite.ignore ? [`--ignore=${suite.ignore.join(",")}`] : []),
    ...suite.filesAtOnce === undefined ? [] : ["--parallel"],
    ...suite.flags ?? [],
    ...suite.paths,
  ];
}
