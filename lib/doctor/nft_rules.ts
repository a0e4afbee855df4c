/**
 * What Linux's packet filter does with somebody who comes from the network, as far as its rules can
 * be understood without the network.
 *
 * @module
 */

/** A packet that opens a conversation with this computer. */
export interface IncomingPacket {
  readonly protocol: "tcp" | "udp";
  readonly port: number;
}

/** What becomes of it; `unclear` where that depends on who sends it, or on rules not known here. */
export type Fate = "accepted" | "dropped" | "unclear";

/** What `nft --json list ruleset` prints, as far as it is looked at. */
interface Ruleset {
  readonly nftables?: readonly Item[];
}

interface Item {
  readonly chain?: Chain;
  readonly rule?: Rule;
}

interface Chain {
  readonly family?: string;
  readonly table?: string;
  readonly name?: string;
  readonly hook?: string;
  readonly type?: string;
  readonly policy?: string;
}

interface Rule {
  readonly family?: string;
  readonly table?: string;
  readonly chain?: string;
  readonly expr?: readonly Expression[];
}

type Expression = Readonly<Record<string, unknown>>;

/** Chains that call each other in a circle are refused by nft; this is against anything else. */
const MAX_DEPTH = 16;

/** Whether something holds of the packet; undefined where that cannot be known. */
type Answer = boolean | undefined;

/**
 * What becomes of the packet.
 *
 * @param json as `nft --json list ruleset` prints it
 * @throws {SyntaxError} when it is no JSON
 */
export function fateOf(json: string, packet: IncomingPacket): Fate {
  const { nftables = [] } = JSON.parse(json) as Ruleset;
  const chains = nftables.flatMap(({ chain }) => chain ? [chain] : []);
  const rules = nftables.flatMap(({ rule }) => rule ? [rule] : []);
  // Every chain at the entrance has to let it through, so the strictest decides.
  const fates = chains
    .filter(({ hook, type, family }) => hook === "input" && type === "filter" && isIp(family))
    .map((chain) => walk(chain, { rules, chains, packet }) ?? byPolicy(chain));
  if (fates.includes("dropped")) return "dropped";
  return fates.includes("unclear") ? "unclear" : "accepted";
}

interface Walk {
  readonly rules: readonly Rule[];
  readonly chains: readonly Chain[];
  readonly packet: IncomingPacket;
  readonly depth?: number;
}

function isIp(family = ""): boolean {
  return ["inet", "ip"].includes(family);
}

function byPolicy({ policy }: Chain): Fate {
  return policy === "drop" ? "dropped" : "accepted";
}

/** What a chain's rules do; undefined where they leave it to whoever called the chain. */
function walk(chain: Chain, options: Walk): Fate | undefined {
  const { rules, chains, packet, depth = 0 } = options;
  if (depth > MAX_DEPTH) return "unclear";
  let maybe = false;
  const own = rules.filter((rule) =>
    rule.family === chain.family && rule.table === chain.table && rule.chain === chain.name
  );
  for (const { expr = [] } of own) {
    const answers = expr.map((expression) => holds(expression, packet));
    if (answers.includes(false)) continue;
    const fate = verdictOf(expr, (name) => {
      const target = chains.find((other) =>
        other.name === name && other.table === chain.table && other.family === chain.family
      );
      return target && walk(target, { ...options, depth: depth + 1 });
    });
    if (fate === undefined) continue;
    if (fate === "return") {
      if (!answers.includes(undefined)) break;
    } else if (answers.includes(undefined)) maybe = true;
    else return fate;
  }
  // What some senders meet at a rule that is not understood, and what all others meet behind it.
  return maybe ? "unclear" : undefined;
}

/** What a rule does whose conditions hold; undefined where it goes on behind it. */
function verdictOf(
  expr: readonly Expression[],
  call: (chain: string) => Fate | undefined,
): Fate | "return" | undefined {
  for (const expression of expr) {
    if ("accept" in expression) return "accepted";
    if ("drop" in expression || "reject" in expression) return "dropped";
    if ("return" in expression) return "return";
    const jump = (expression["jump"] ?? expression["goto"]) as { target?: string } | undefined;
    if (jump?.target !== undefined) return call(jump.target);
  }
}

/** Whether a part of a rule holds; what is no condition does. */
function holds(expression: Expression, packet: IncomingPacket): Answer {
  if ("xt" in expression) return undefined;
  const match = expression["match"] as { op?: string; left?: unknown; right?: unknown } | undefined;
  if (!match) return true;
  const answer = compares(match.left, match.right, packet);
  return match.op === "!=" && answer !== undefined ? !answer : answer;
}

function compares(left: unknown, right: unknown, { protocol, port }: IncomingPacket): Answer {
  const { payload, meta, ct } = (left ?? {}) as Record<string, Record<string, string> | undefined>;
  if (payload?.["field"] === "dport") {
    const isForAll = payload["protocol"] === "th";
    return isForAll || payload["protocol"] === protocol ? includes(right, port) : false;
  }
  // Its other fields are addresses, and another protocol's are not this packet's.
  if (payload) {
    return ["tcp", "udp"].includes(payload["protocol"] ?? "") &&
        payload["protocol"] !== protocol
      ? false
      : undefined;
  }
  if (meta?.["key"] === "l4proto") return includes(right, protocol);
  if (meta?.["key"] === "iifname" || meta?.["key"] === "iif") {
    return right === "lo" ? false : undefined;
  }
  if (ct?.["key"] === "state") return includes(right, "new");
  return undefined;
}

/** Whether a value is one of those on the right of a match: one, a set, a range. */
function includes(right: unknown, value: string | number): Answer {
  if (Array.isArray(right)) return right.some((one) => includes(one, value) === true);
  if (typeof right !== "object" || right === null) {
    return typeof right === "string" && right.startsWith("@") ? undefined : right === value;
  }
  const { set, range } = right as { set?: unknown; range?: [number, number] };
  if (Array.isArray(set)) return includes(set, value);
  return range ? Number(value) >= range[0] && Number(value) <= range[1] : undefined;
}
