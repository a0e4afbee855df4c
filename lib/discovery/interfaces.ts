/**
 * This computer's ways into the networks around it.
 *
 * @module
 */

/** An address and its network. */
export interface InterfaceAddress {
  readonly address: string;
  readonly netmask: string;
}

/** One interface, such as `eth0`: whatever is sent on it is heard in one network. */
export interface NetworkInterface {
  readonly name: string;
  readonly ipv4: readonly InterfaceAddress[];
  /** Without the interface's name behind those that begin with fe80. */
  readonly ipv6: readonly InterfaceAddress[];
}

/** What is used of Deno's own list. */
export type SystemAddress = Pick<
  Deno.NetworkInterfaceInfo,
  "name" | "family" | "address" | "netmask"
>;

/** Addresses that mean "this computer" wherever they are said. */
const OWN_COMPUTER = /^(?:127\.|::1$|::ffff:127\.)/i;

const LINK_LOCAL = /^fe[89ab][0-9a-f]:/i;

/**
 * The interfaces that lead to other computers.
 *
 * @param list the system's
 */
export function networkInterfaces(
  list: readonly SystemAddress[] = Deno.networkInterfaces(),
): NetworkInterface[] {
  const byName = Map.groupBy(list, ({ name }) => name);
  return Array.from(byName, ([name, addresses]) => {
    const of = (family: string) =>
      addresses
        .filter((entry) => entry.family === family && !isOwnComputer(entry.address))
        .map(({ address, netmask }) => ({ address, netmask }));
    return { name, ipv4: of("IPv4"), ipv6: of("IPv6") };
  }).filter(({ ipv4, ipv6 }) => ipv4.length + ipv6.length > 0);
}

/** Whether an address means "this computer" wherever it is said. */
export function isOwnComputer(address: string): boolean {
  return OWN_COMPUTER.test(address);
}

/** Whether an address counts in one network only, so that it needs the name of an interface. */
export function isLinkLocal(address: string): boolean {
  return LINK_LOCAL.test(address);
}

/** Whether an IPv4 address is in one of the interface's networks, so that no router is between. */
export function isNeighbour(address: string, { ipv4 }: NetworkInterface): boolean {
  const other = bitsOf(address);
  return other !== undefined && ipv4.some((own) => {
    const mask = bitsOf(own.netmask) ?? -1;
    return ((bitsOf(own.address) ?? 0) & mask) === (other & mask);
  });
}

function bitsOf(ipv4: string): number | undefined {
  const bytes = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(ipv4)?.slice(1).map(Number);
  return bytes?.reduce((bits, byte) => bits << 8 | byte, 0);
}
