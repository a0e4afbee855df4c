import assert from "node:assert/strict";
import { type Unit, unitText } from "../../lib/service/unit.ts";

/** A host with a camera, on a computer that has all there can be. */
const UNIT: Unit = {
  isUser: false,
  program: "/usr/bin/deno",
  programArgs: ["run", "host.ts"],
  hostArgs: ["--source=0", "--share"],
  files: [],
  folder: "/srv/capturevideo",
  denoFolder: "/var/cache/deno",
  visible: [],
  secretsFile: "/etc/capturevideo/host.env",
  cameras: 1,
  guests: 64,
  hasRootPorts: false,
  speaks: true,
  systemd: 257,
  hasUserNamespaces: true,
};

function linesOf(changes: Partial<Unit> = {}): string[] {
  return unitText({ ...UNIT, ...changes }).split("\n");
}

/** The lines that a change takes away, and those that it brings. */
function changed(changes: Partial<Unit>): { gone: string[]; come: string[] } {
  const [before, after] = [linesOf(), linesOf(changes)];
  return {
    gone: before.filter((line) => !after.includes(line)),
    come: after.filter((line) => !before.includes(line)),
  };
}

Deno.test("unitText() is a unit of the system", () => {
  assert.equal(
    unitText(UNIT),
    `# Made by capturevideo: deno task service
# It makes this file anew; put what is to stay into "systemctl edit capturevideo.service".

[Unit]
Description=capturevideo host
Wants=network-online.target modprobe@videodev.service
After=network-online.target modprobe@videodev.service
StartLimitIntervalSec=0

[Service]
ExecStart=/usr/bin/deno run host.ts --source=0 --share
WorkingDirectory=/srv/capturevideo
Environment=DENO_DIR=/var/cache/deno
Environment=XDG_CONFIG_HOME=%S
# Variables that are nobody else's business, such as CAPTUREVIDEO_NATS_PASSWORD.
EnvironmentFile=-/etc/capturevideo/host.env
SyslogIdentifier=capturevideo

# It is started again when it fails, but not where its options are wrong.
Type=notify
WatchdogSec=30
WatchdogSignal=SIGKILL
TimeoutStopSec=10
Restart=on-failure
RestartPreventExitStatus=2
RestartSec=1
RestartSteps=6
RestartMaxDelaySec=60

# It has what it needs, and no more.
DynamicUser=yes
SupplementaryGroups=video
StateDirectory=capturevideo
StateDirectoryMode=0700
ProtectHome=tmpfs
DevicePolicy=closed
DeviceAllow=char-video4linux rw
CapabilityBoundingSet=
AmbientCapabilities=
PrivateUsers=yes
ProtectSystem=strict
PrivateTmp=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
ProcSubset=pid
NoNewPrivileges=yes
LockPersonality=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM
KeyringMode=private
UMask=0077
MemoryMax=800M
TasksMax=320

[Install]
WantedBy=multi-user.target
`,
  );
});

Deno.test("unitText() of a user takes away what a user's manager can", () => {
  const visible = ["/home/anna/capturevideo", "/home/anna/.cache/deno"];
  const secretsFile = "/home/anna/.config/capturevideo/host.env";
  assert.deepEqual(changed({ isUser: true, visible, secretsFile }), {
    gone: [
      '# It makes this file anew; put what is to stay into "systemctl edit capturevideo.service".',
      "Wants=network-online.target modprobe@videodev.service",
      "After=network-online.target modprobe@videodev.service",
      "Environment=XDG_CONFIG_HOME=%S",
      "EnvironmentFile=-/etc/capturevideo/host.env",
      ...["DynamicUser=yes", "SupplementaryGroups=video"],
      ...["StateDirectory=capturevideo", "StateDirectoryMode=0700"],
      ...["DevicePolicy=closed", "DeviceAllow=char-video4linux rw"],
      ...["CapabilityBoundingSet=", "AmbientCapabilities="],
      ...["ProtectProc=invisible", "ProcSubset=pid"],
      "WantedBy=multi-user.target",
    ],
    come: [
      "# It makes this file anew; put what is to stay into " +
      '"systemctl --user edit capturevideo.service".',
      "Environment=XDG_CONFIG_HOME=%E",
      "EnvironmentFile=-/home/anna/.config/capturevideo/host.env",
      ...["ConfigurationDirectory=capturevideo", "ConfigurationDirectoryMode=0700"],
      ...visible.map((path) => `BindReadOnlyPaths=-${path}`),
      "BindPaths=%E/capturevideo",
      "BindReadOnlyPaths=%t/systemd/notify",
      "WantedBy=default.target",
    ],
  });
});

Deno.test("unitText() of a user says where the system lets no user hide anything", () => {
  const lines = linesOf({ isUser: true, hasUserNamespaces: false, visible: ["/home/anna/x"] });
  assert.ok(lines.includes("# This system lets no user hide folders from a service."));
  assert.deepEqual(lines.filter((line) => /^(Protect|Private|Bind)/.test(line)), []);
});

Deno.test("unitText() quotes what has spaces, percent signs and dollars, each where it stands", () => {
  const { come } = changed({
    program: "/opt/a $b/deno",
    hostArgs: ["--source=100% of $HOME.mp4", '--name=the "studio"'],
    folder: "/srv/100% video",
    denoFolder: "/var/cache/a b",
    visible: ["/home/anna/my films: 50%"],
    secretsFile: "/home/a b/50%/host.env",
    files: [{ name: "key-file", path: "/root/my 5% key" }],
  });
  assert.deepEqual(come, [
    'ExecStart="/opt/a $b/deno" run host.ts "--source=100%% of $$HOME.mp4" ' +
    '"--name=the \\"studio\\"" --key-file=${CREDENTIALS_DIRECTORY}/key-file',
    "WorkingDirectory=/srv/100%% video",
    'Environment="DENO_DIR=/var/cache/a b"',
    "EnvironmentFile=-/home/a b/50%%/host.env",
    "LoadCredential=key-file:/root/my 5%% key",
    'BindReadOnlyPaths="-/home/anna/my films: 50%%"',
  ]);
});

Deno.test("unitText() hands a file to a service of the system, and names it to one of a user", () => {
  const files = [{ name: "key-file", path: "/home/anna/a key" }];
  assert.deepEqual(changed({ files }).come, [
    "ExecStart=/usr/bin/deno run host.ts --source=0 --share " +
    "--key-file=${CREDENTIALS_DIRECTORY}/key-file",
    "LoadCredential=key-file:/home/anna/a key",
  ]);
  assert.ok(
    linesOf({ files, isUser: true }).includes(
      'ExecStart=/usr/bin/deno run host.ts --source=0 --share "--key-file=/home/anna/a key"',
    ),
  );
});

Deno.test("unitText() expects to hear of a host only if it can speak", () => {
  assert.deepEqual(changed({ speaks: false }), {
    gone: ["Type=notify", "WatchdogSec=30", "WatchdogSignal=SIGKILL"],
    come: ["Type=exec"],
  });
  const lines = linesOf({ isUser: true, speaks: false });
  assert.deepEqual(lines.filter((line) => line.includes("notify")), []);
});

Deno.test("unitText() waits longer after each failure where systemd can", () => {
  assert.deepEqual(changed({ systemd: 252 }), {
    gone: ["RestartSec=1", "RestartSteps=6", "RestartMaxDelaySec=60"],
    come: ["RestartSec=3"],
  });
});

Deno.test("unitText() lets a host have one of root's ports, and nothing else of root's", () => {
  assert.deepEqual(changed({ hasRootPorts: true }), {
    gone: ["CapabilityBoundingSet=", "AmbientCapabilities=", "PrivateUsers=yes"],
    come: [
      "CapabilityBoundingSet=CAP_NET_BIND_SERVICE",
      "AmbientCapabilities=CAP_NET_BIND_SERVICE",
    ],
  });
});

Deno.test("unitText() gives more room to more cameras and guests", () => {
  assert.deepEqual(changed({ cameras: 4, guests: 1000 }).come, ["MemoryMax=2036M", "TasksMax=512"]);
});
