/**
 * How NATS is spoken with: the servers, and who we are to them.
 *
 * @module
 */

import { parseNatsAddress } from "../cli/nats_address.ts";
import { UsageError } from "../flow/errors.ts";
import { readNamedFile } from "../privacy/private_file.ts";
import { describeError } from "../text/error_text.ts";

/** The options that say it, as `settings.ts` has them. */
export interface NatsOptions {
  readonly natsUser: string | undefined;
  /** What `CAPTUREVIDEO_NATS_PASSWORD` says. */
  readonly natsPassword: string | undefined;
  readonly natsPasswordFile: string | undefined;
  readonly natsNkeyFile: string | undefined;
  readonly natsCa: string | undefined;
  readonly natsCert: string | undefined;
  readonly natsCertKey: string | undefined;
}

/** Servers of one cluster, and who we are to them. */
export interface NatsServers {
  /** At least one, each with its port where it is not the usual one. */
  readonly servers: readonly string[];
  /** Whether TLS is asked for, whatever the server says. */
  readonly tls: boolean;
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** The seed of an nkey. */
  readonly seed: string | undefined;
  /** In PEM: the authority that the server's certificate is of, our certificate, and its key. */
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly certKey: string | undefined;
}

/** A camera on a NATS server. */
export interface NatsCamera {
  readonly servers: NatsServers;
  /** The name of the host that publishes it. */
  readonly host: string;
  /** Its name among that host's cameras; `undefined` for the first of them. */
  readonly camera: string | undefined;
  /** Whether both computers' wall clocks are believed where the host may not be asked. */
  readonly trustWallClock: boolean;
}

/** What an nkey's seed for a user looks like. */
const SEED = /^SU[A-Z2-7]{56}$/;

/** The line of a seed file that is the seed: others may be there for people. */
const SEED_LINE = /^SU[A-Z2-7]*$/m;

/**
 * Which servers are meant, and who we are to them.
 *
 * @param url has a form that was checked
 * @throws {UsageError} where the options contradict each other, or a file is not what it should be
 * @throws {CaptureVideoError} `identity`, when others can read a secret's file
 */
export function natsServers(url: string, options: NatsOptions): NatsServers {
  const { servers, tls } = parseNatsAddress(url)!;
  return { servers, tls, ...natsAccess(options) };
}

/**
 * Which camera on a NATS server is meant.
 *
 * @param url has a form that was checked
 * @throws what {@linkcode natsServers} throws
 */
export function natsCamera(
  url: string,
  options: NatsOptions & { readonly camera?: string | undefined; readonly trustWallClock: boolean },
): NatsCamera {
  const { host = "", camera = options.camera } = parseNatsAddress(url)!;
  if (options.camera !== undefined && camera !== options.camera) {
    throw new UsageError("the camera in the NATS URL and --camera exclude each other");
  }
  const { trustWallClock } = options;
  return { servers: natsServers(url, options), host, camera, trustWallClock };
}

/** Reads the files that the options name. */
function natsAccess(options: NatsOptions): Omit<NatsServers, "servers" | "tls"> {
  const { natsUser: user, natsNkeyFile, natsCa, natsCert, natsCertKey } = options;
  const password = passwordOf(options);
  if (user === undefined && password !== undefined) {
    throw new UsageError("a password for NATS needs a --nats-user");
  }
  if (user !== undefined && password === undefined) {
    throw new UsageError(
      "--nats-user needs a password: set CAPTUREVIDEO_NATS_PASSWORD, or name a file with " +
        "--nats-password-file",
    );
  }
  if (user !== undefined && natsNkeyFile !== undefined) {
    throw new UsageError("--nats-user and --nats-nkey-file exclude each other");
  }
  if ((natsCert === undefined) !== (natsCertKey === undefined)) {
    throw new UsageError("--nats-cert and --nats-cert-key belong together");
  }
  return {
    user,
    password,
    seed: natsNkeyFile === undefined ? undefined : seedIn(natsNkeyFile),
    ca: natsCa === undefined ? undefined : readPem(natsCa, "--nats-ca"),
    cert: natsCert === undefined ? undefined : readPem(natsCert, "--nats-cert"),
    certKey: natsCertKey === undefined
      ? undefined
      : readNamedFile(natsCertKey, "the certificate's key for NATS"),
  };
}

function passwordOf({ natsPassword, natsPasswordFile }: NatsOptions): string | undefined {
  // As with all options, the command line goes before the environment.
  if (natsPasswordFile === undefined) return natsPassword;
  const password = readNamedFile(natsPasswordFile, "the password for NATS").replace(/\r?\n$/, "");
  if (password === "") throw new UsageError(`the file ${natsPasswordFile} must hold a password`);
  return password;
}

function seedIn(path: string): string {
  const seed = SEED_LINE.exec(readNamedFile(path, "the nkey"))?.[0];
  if (seed !== undefined && SEED.test(seed)) return seed;
  throw new UsageError(
    `the file ${path} must hold the seed of a user's nkey, which begins with SU`,
  );
}

function readPem(path: string, flag: string): string {
  let text: string;
  try {
    text = Deno.readTextFileSync(path);
  } catch (error) {
    const { line, expected } = describeError(error, `read ${path}, which ${flag} names`);
    throw expected ? new UsageError(line, { cause: error }) : error;
  }
  if (text.includes("-----BEGIN CERTIFICATE-----")) return text;
  throw new UsageError(`the file ${path}, which ${flag} names, must hold a certificate in PEM`);
}
