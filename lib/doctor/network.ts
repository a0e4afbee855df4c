/**
 * What the programs use of the network: the port, this computer's addresses, and being found.
 *
 * @module
 */

import { HostFinder } from "../discovery/host_finder.ts";
import type { FoundHost } from "../discovery/host_list.ts";
import { describeHost } from "../discovery/host_text.ts";
import { isLinkLocal, networkInterfaces } from "../discovery/interfaces.ts";
import { describeError } from "../text/error_text.ts";
import { type Finding, good } from "./finding.ts";

/** So many hosts or addresses are named. */
const MAX_NAMED = 8;

/** Under which addresses others reach this computer. */
export function lookAtAddresses(interfaces = networkInterfaces()): Finding {
  const subject = "network";
  const addresses = interfaces.flatMap(({ name, ipv4, ipv6 }) =>
    [...ipv4, ...ipv6]
      .filter(({ address }) => !isLinkLocal(address))
      .map(({ address }) => `${address} (${name})`)
  );
  if (addresses.length === 0) {
    return {
      subject,
      verdict: "note",
      what: "this computer is in no network",
      why: "only programs on this very computer reach it, at 127.0.0.1",
      type: Deno.build.os === "linux" ? ["ip address"] : [],
    };
  }
  const others = addresses.length - MAX_NAMED;
  return good(
    subject,
    `others reach this computer at ${addresses.slice(0, MAX_NAMED).join(", ")}` +
      (others > 0 ? ` and ${others} more` : ""),
  );
}

/**
 * Whether a host can listen on the port.
 *
 * @param isHost asks who listens there already: whether it is one of ours
 */
export async function lookAtPort(
  port: number,
  isHost: (port: number) => Promise<boolean>,
): Promise<Finding> {
  const subject = "port";
  try {
    Deno.listen({ hostname: "0.0.0.0", port }).close();
    return good(subject, `${port} is free for a host`);
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse && await isHost(port)) {
      return good(subject, `a host listens on ${port} already`);
    }
    const { line, expected } = describeError(error, `listen on port ${port}`);
    if (!expected) throw error;
    const other = port < 65_535 ? port + 1 : port - 1;
    return {
      subject,
      verdict: "stop",
      what: line,
      why: "a host has to listen there, or on another one that its guests are told",
      type: [
        ...Deno.build.os === "linux" ? [`sudo ss -ltnp 'sport = :${port}'`] : [],
        `deno task host --port ${other}`,
      ],
    };
  }
}

/** Whether hosts can be found by name, and which there are. */
export async function lookAround(signal: AbortSignal): Promise<Finding[]> {
  const subject = "by name";
  await using finder = new HostFinder();
  const hosts = await finder.all({ signal });
  const faults = Array.from(finder.faults, ([link, error]): Finding => ({
    subject,
    verdict: "note",
    what: `over ${link} nobody can be found: ${describeError(error).line}`,
    why: "names are found by multicast DNS, on UDP port 5353; an address works all the same",
  }));
  if (finder.links.length === 0) return faults;
  return [...faults, hosts.length > 0 ? foundHosts(hosts, finder.isFull) : nobodyAnswers()];
}

function foundHosts(hosts: readonly FoundHost[], isFull: boolean): Finding {
  const names = hosts.slice(0, MAX_NAMED).map(describeHost).join(", ");
  const others = isFull ? ", and many more" : hosts.length > MAX_NAMED ? ", and more" : "";
  return good("by name", `found in the network: ${names}${others}`);
}

function nobodyAnswers(): Finding {
  return {
    subject: "by name",
    verdict: "note",
    what: "no host answers in the network",
    why:
      "none is shared there, or the network keeps its computers apart (as guest Wi-Fi does), or " +
      "a firewall swallows UDP port 5353; an address may work all the same",
    type: ["deno task host --share", "deno task doctor 192.168.1.20"],
  };
}
