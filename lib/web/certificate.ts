/**
 * The certificate that the user gives for HTTPS.
 *
 * @module
 */

import { createPrivateKey, X509Certificate } from "node:crypto";
import { CaptureVideoError, UsageError } from "../flow/errors.ts";
import { describeError } from "../text/error_text.ts";
import type { WebCertificate } from "./web_server.ts";

/** A certificate, and the names it is for. */
export interface GivenCertificate extends WebCertificate {
  /** Names such as `studio.example` or `*.example`. */
  readonly names: readonly string[];
}

/** Where it lies. */
export interface CertificateFiles {
  readonly cert: string | undefined;
  readonly certKey: string | undefined;
}

/**
 * Reads the certificate; `undefined` where none is given.
 *
 * @throws {UsageError} only one of the files is given
 * @throws {CaptureVideoError} `identity`, when they cannot be read, or do not belong together
 */
export function readCertificate({ cert, certKey }: CertificateFiles): GivenCertificate | undefined {
  if (cert === undefined && certKey === undefined) return undefined;
  if (cert === undefined || certKey === undefined) {
    throw new UsageError("--cert and --cert-key need each other");
  }
  const certificate = read(cert);
  const privateKey = read(certKey);
  const parsed = parse(cert, () => new X509Certificate(certificate));
  if (!parsed.checkPrivateKey(parse(certKey, () => createPrivateKey(privateKey)))) {
    throw unusable(certKey, `it is not the key of ${cert}`);
  }
  const names = Array.from(
    (parsed.subjectAltName ?? "").matchAll(/DNS:([^,\s]+)/g),
    ([, name]) => name!,
  );
  return { certificate, privateKey, names };
}

function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    const { line, expected } = describeError(error, `read ${path}`);
    throw expected ? new CaptureVideoError("identity", line, { cause: error }) : error;
  }
}

function parse<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw unusable(path, "it is not PEM of that kind", error);
  }
}

function unusable(path: string, why: string, cause?: unknown): CaptureVideoError {
  return new CaptureVideoError("identity", `Cannot use ${path}: ${why}`, { cause });
}
