import assert from "node:assert/strict";
import { parseCommandLine } from "../../lib/cli/command_line.ts";
import { parseConfigFile } from "../../lib/cli/config_file.ts";
import { type Environment, parseEnvironment } from "../../lib/cli/environment.ts";
import { optionsOf } from "../../lib/cli/names.ts";
import { UsageError } from "../../lib/flow/errors.ts";
import { hostArguments } from "../../lib/service/host_arguments.ts";
import { spec } from "../cli/support.ts";

const SERVICE = spec("service");

function argumentsOf(args: string[], { env = {}, file = {} }: {
  readonly env?: Environment;
  readonly file?: object;
} = {}) {
  const given = {
    file: parseConfigFile(SERVICE, JSON.stringify(file)).given,
    environment: parseEnvironment(SERVICE, env).given,
    commandLine: parseCommandLine(SERVICE, args).given,
  };
  return hostArguments(given, {
    options: optionsOf(SERVICE),
    folder: "/srv/capturevideo",
    secretsFile: "/etc/capturevideo/host.env",
  });
}

Deno.test("hostArguments() writes each option as the host reads it", () => {
  const { args } = argumentsOf([
    ...["--", "--source", "front=0", "--source=desk=a, b", "--share", "--no-adapt", "--web"],
    ...["--control", "gain=1,hue=-2", "--fps", "12.5"],
  ]);
  assert.deepEqual(args, [
    ...["--source=front=0", "--source=desk=a, b", "--fps=12.5"],
    ...["--control=gain=1", "--control=hue=-2", "--no-adapt", "--share", "--web=8080"],
  ]);
});

Deno.test("hostArguments() takes the environment along, as the command line overrides it", () => {
  const env = {
    CAPTUREVIDEO_PORT: "5000",
    CAPTUREVIDEO_WEB: "8081",
    CAPTUREVIDEO_SHARE: "yes",
    CAPTUREVIDEO_ANNOUNCE: "off",
    CAPTUREVIDEO_CONTROL: "gain=1,hue=-2",
  };
  const { args } = argumentsOf(["--web=8082"], { env });
  assert.deepEqual(args.toSorted(), [
    ...["--control=gain=1", "--control=hue=-2", "--no-announce", "--port=5000", "--share"],
    "--web=8082",
  ]);
});

Deno.test("hostArguments() leaves capturevideo.json to the host, but for the files it names", () => {
  const file = { port: 5000, keyFile: "key", cert: "/etc/ssl/a.pem" };
  const { args, files } = argumentsOf(["--cert=b.pem"], { file });
  assert.deepEqual(args, []);
  assert.deepEqual(files, [
    { name: "key-file", path: "/srv/capturevideo/key" },
    { name: "cert", path: "/srv/capturevideo/b.pem" },
  ]);
});

Deno.test("hostArguments() names the variables that are secret, and takes none of them", () => {
  const env = {
    CAPTUREVIDEO_KEY: "7K2M-Q9XD-4RTV-H3WB",
    CAPTUREVIDEO_NATS_PASSWORD: "x",
    CAPTUREVIDEO_SOURCE: "rtsp://me:secret@door.local/main",
    CAPTUREVIDEO_PORT: "5000",
  };
  const { args, secrets } = argumentsOf([], { env });
  assert.deepEqual(args, ["--port=5000"]);
  assert.deepEqual(secrets.toSorted(), [
    ...["CAPTUREVIDEO_KEY", "CAPTUREVIDEO_NATS_PASSWORD", "CAPTUREVIDEO_SOURCE"],
  ]);
});

Deno.test("hostArguments() refuses a password on the command line, and says where it goes", () => {
  for (const source of ["rtsp://me:secret@door.local/main", "http://cam/?token=secret"]) {
    assert.throws(
      () => argumentsOf(["--source", source]),
      (error) => {
        assert.ok(error instanceof UsageError);
        assert.equal(
          error.message,
          "--source holds a password, and everybody can read a unit; write it into " +
            "/etc/capturevideo/host.env, as CAPTUREVIDEO_SOURCE=",
        );
        return true;
      },
    );
  }
});
