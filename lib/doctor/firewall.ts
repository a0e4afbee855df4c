/**
 * Whether a firewall on this computer keeps guests away.
 *
 * @module
 */

import { MDNS_GROUP } from "../discovery/link.ts";
import type { Outcome, RunCommand } from "../setup/run_command.ts";
import { type Finding, good } from "./finding.ts";
import { type Fate, fateOf } from "./nft_rules.ts";

const SUBJECT = "firewall";

/** What discovery needs. */
const MDNS_PORT = 5353;

/** Where programs are that Debian has in root's PATH alone. */
const SYSTEM_FOLDER = "/usr/sbin";

/** Which ports are to be open, and how programs are run. */
export interface FirewallOptions {
  /** Where hosts listen. */
  readonly port: number;
  readonly run: RunCommand;
}

/** Looks at the firewalls that Linux has: ufw and firewalld, and what both stand on, nftables. */
export async function lookAtFirewall({ port, run }: FirewallOptions): Promise<Finding> {
  if (Deno.build.os !== "linux") {
    return {
      subject: SUBJECT,
      verdict: "note",
      what: "only Linux's firewalls are looked at",
      why: `the system's own may ask whether Deno may accept connections, on TCP port ${port}`,
    };
  }
  const allow = await howToAllow(port, run);
  const { code, stdout, stderr } = await runAnywhere("nft", ["--json", "list", "ruleset"], run);
  if (code !== 0) return unreadable({ code, stdout, stderr }, allow, port);
  const tcp = fateOf(stdout, { protocol: "tcp", port });
  const udp = fateOf(stdout, { protocol: "udp", port: MDNS_PORT, group: MDNS_GROUP });
  return describe(tcp, udp, { port, allow });
}

/** Runs a program, also where it is not in the user's PATH. */
async function runAnywhere(
  program: string,
  args: readonly string[],
  run: RunCommand,
): Promise<Outcome> {
  const outcome = await run(program, args);
  return outcome.code === 127 ? await run(`${SYSTEM_FOLDER}/${program}`, args) : outcome;
}

function describe(
  tcp: Fate,
  udp: Fate,
  { port, allow }: { port: number; allow: readonly string[] },
): Finding {
  if (tcp === "dropped") {
    return {
      subject: SUBJECT,
      verdict: "stop",
      what: `it drops who comes from the network to TCP port ${port}`,
      why: "guests on other computers get no answer from a host here",
      type: allow,
    };
  }
  if (udp === "dropped") {
    return {
      subject: SUBJECT,
      verdict: "note",
      what: `it drops UDP port ${MDNS_PORT}`,
      why: "hosts are found by name over it; an address works all the same",
      type: allow,
    };
  }
  if (tcp === "unclear" || udp === "unclear") {
    return {
      subject: SUBJECT,
      verdict: "note",
      what: `it depends on who comes whether TCP port ${port} and UDP port ${MDNS_PORT} are open`,
      why: "guests may get no answer from a host here",
      type: ["sudo nft list ruleset"],
    };
  }
  return good(SUBJECT, `TCP port ${port} and UDP port ${MDNS_PORT} are open to the network`);
}

function unreadable(
  { code, stderr }: Outcome,
  allow: readonly string[],
  port: number,
): Finding {
  const why = `if one is on, it has to let in TCP port ${port} and UDP port ${MDNS_PORT}`;
  if (code === 127) {
    return {
      subject: SUBJECT,
      verdict: "note",
      what: "its rules cannot be read: there is no program nft",
      why,
      type: ["sudo apt-get install nftables"],
    };
  }
  const words = stderr.trim().split("\n").at(-1) ?? "";
  return {
    subject: SUBJECT,
    verdict: "note",
    what: `its rules cannot be read by this user: ${words}`,
    why,
    type: [...new Set(["sudo nft list ruleset", ...allow])],
  };
}

/** The commands that open the ports, of the firewall that is in charge. */
async function howToAllow(port: number, run: RunCommand): Promise<string[]> {
  const firewalld = await runAnywhere("firewall-cmd", ["--state"], run);
  if (firewalld.code === 0) {
    return [`sudo firewall-cmd --add-port=${port}/tcp --add-service=mdns`];
  }
  const ufw = await runAnywhere("ufw", ["status"], run);
  if (ufw.code !== 127) {
    return [`sudo ufw allow ${port}/tcp`, `sudo ufw allow ${MDNS_PORT}/udp`];
  }
  return ["sudo nft list ruleset"];
}
