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
  /** The multicast address that it is sent to; default: it is sent to this computer's own. */
  readonly group?: string;
}

/** What becomes of it; `unclear` where that depends on who sends it, or on rules not known here. */
export type Fate = "accepted" | "dropped" | "unclear";

/** Where it is behind a chain: at its end, or back where the chain was called. */
type End = Fate | "return";

/** Where it is behind a rule. */
type Step = End | "continue";

/** What `nft --json list ruleset` prints, as far as it is looked at. */
interface Ruleset {
  readonly nftables?: readonly Item[];
}

interface Item {
  readonly chain?: Chain;
  readonly rule?: Rule;
  readonly map?: NamedMap;
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

interface NamedMap {
  readonly family?: string;
  readonly table?: string;
  readonly name?: string;
  readonly elem?: readonly Entry[];
}

type Expression = Readonly<Record<string, unknown>>;

/** How nft prints what it has no words for, if it says no more. */
const UNKNOWN: Expression = { xt: null };

/** A value, and what is done with who has it. */
type Entry = readonly [value: unknown, verdict: Expression];

/** What iptables has put in. */
type Xt = { readonly type?: string; readonly name?: string } | null | undefined;

/** Chains that call each other in a circle are refused by nft; this is against anything else. */
const MAX_DEPTH = 16;

/** Protocols of which a packet has one. */
const PROTOCOLS = "tcp udp icmp icmpv6 igmp sctp dccp udplite esp ah comp".split(" ");

/** What those of iptables' targets do that nft has no words for; any other may do anything. */
const XT_TARGETS: Readonly<Record<string, Step>> = {
  REJECT: "dropped",
  LOG: "continue",
  NFLOG: "continue",
};

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
  const maps = nftables.flatMap(({ map }) => map ? [map] : []);
  // Every chain at the entrance has to let it through, so the strictest decides.
  const fates = chains
    .filter(({ hook, type, family }) => hook === "input" && type === "filter" && isIp(family))
    .map((chain) => fateIn(chain, { rules, chains, maps, packet }));
  if (fates.includes("dropped")) return "dropped";
  return fates.includes("unclear") ? "unclear" : "accepted";
}

interface Walk {
  readonly rules: readonly Rule[];
  readonly chains: readonly Chain[];
  readonly maps: readonly NamedMap[];
  readonly packet: IncomingPacket;
  readonly depth?: number;
}

function isIp(family = ""): boolean {
  return ["inet", "ip"].includes(family);
}

/** What becomes of it in a chain that nobody calls, which has a policy for what is left. */
function fateIn(chain: Chain, options: Walk): Fate {
  const policy = chain.policy === "drop" ? "dropped" : "accepted";
  const fates = [...walk(chain, options)].map((end) => end === "return" ? policy : end);
  const [fate = policy] = fates;
  return fates.every((other) => other === fate) ? fate : "unclear";
}

/** Everything that a chain's rules may come to, as long as it depends on what is not known. */
function walk(chain: Chain, options: Walk): Set<End> {
  const { rules, packet, depth = 0 } = options;
  const ends = new Set<End>();
  if (depth > MAX_DEPTH) return ends.add("unclear");
  const own = rules.filter((rule) => isBeside(rule, chain) && rule.chain === chain.name);
  for (const expr of own.flatMap((rule) => withoutMaps(rule, options))) {
    const answers = expr.map((expression) => holds(expression, packet));
    if (answers.includes(false)) continue;
    let goesOn = answers.includes(undefined);
    for (const step of stepsOf(expr, chain, { ...options, depth: depth + 1 })) {
      if (step === "continue") goesOn = true;
      else ends.add(step);
    }
    if (!goesOn) return ends;
  }
  return ends.add("return");
}

function isBeside(one: Rule | NamedMap | Chain, { family, table }: Rule | Chain): boolean {
  return one.family === family && one.table === table;
}

/** A rule that looks a value up is one rule for each value. */
function withoutMaps(rule: Rule, { maps }: Walk): (readonly Expression[])[] {
  const { expr = [] } = rule;
  const at = expr.findIndex((expression) => "vmap" in expression);
  if (at < 0) return [expr];
  const { key, data } = expr[at]!["vmap"] as { key: unknown; data: string | { set?: Entry[] } };
  const entries = typeof data === "string"
    ? maps.find((map) => isBeside(map, rule) && `@${map.name}` === data)?.elem
    : data.set;
  const others = expr.slice(0, at);
  if (!entries) return [[...others, UNKNOWN]];
  return entries.map(([right, verdict]) => [
    ...others,
    { match: { op: "==", left: key, right } },
    verdict,
  ]);
}

/** What a rule may do whose conditions hold. */
function stepsOf(expr: readonly Expression[], chain: Chain, options: Walk): Iterable<Step> {
  for (const expression of expr) {
    if ("accept" in expression) return ["accepted"];
    if ("drop" in expression || "reject" in expression) return ["dropped"];
    if ("return" in expression) return ["return"];
    // Another program decides.
    if ("queue" in expression) return ["unclear"];
    const xt = expression["xt"] as Xt;
    if (xt?.type === "target") return [XT_TARGETS[xt.name ?? ""] ?? "unclear"];
    const isJump = "jump" in expression;
    const call = expression[isJump ? "jump" : "goto"] as { target?: string } | undefined;
    if (call?.target === undefined) continue;
    const target = options.chains.find((other) =>
      isBeside(other, chain) && other.name === call.target
    );
    if (!target) return ["unclear"];
    return [...walk(target, options)].map((step) =>
      isJump && step === "return" ? "continue" : step
    );
  }
  return expr.some(({ xt }) => xt === null) ? ["unclear"] : ["continue"];
}

/** Whether a part of a rule holds; what is no condition does. */
function holds(expression: Expression, packet: IncomingPacket): Answer {
  if ("xt" in expression) return (expression["xt"] as Xt)?.type === "target" ? true : undefined;
  const limit = (expression["limit"] ?? expression["ct count"]) as { inv?: boolean } | undefined;
  // One packet alone is no flood.
  if (limit) return limit.inv !== true;
  const match = expression["match"] as { op?: string; left?: Left; right?: unknown } | undefined;
  if (!match) return true;
  const { op = "==", left = {}, right } = match;
  const protocol = left.payload?.protocol ?? "";
  if (protocol !== packet.protocol && PROTOCOLS.includes(protocol)) return false;
  if (!["==", "!=", "in"].includes(op)) return undefined;
  const equals = compares(left, right, packet);
  const answer = op === "!=" && equals !== undefined ? !equals : equals;
  // Who comes over IPv4 is not meant.
  return answer && protocol === "ip6" ? undefined : answer;
}

/** What a match looks at. */
interface Left {
  readonly payload?: { readonly protocol?: string; readonly field?: string };
  readonly meta?: { readonly key?: string };
  readonly ct?: { readonly key?: string };
  readonly fib?: { readonly result?: string; readonly flags?: string | readonly string[] };
}

function compares(left: Left, right: unknown, { protocol, port, group }: IncomingPacket): Answer {
  const { payload, meta, ct, fib } = left;
  if (payload?.field === "dport") return includes(right, port);
  switch (payload && `${payload.protocol} ${payload.field}`) {
    case "ip protocol":
    case "ip6 nexthdr":
      return includes(right, protocol);
    case "ip daddr":
      return group === undefined ? undefined : includes(right, group);
  }
  if (meta?.key === "l4proto") return includes(right, protocol);
  if (meta?.key === "iifname" || meta?.key === "iif") {
    return right === "lo" ? false : undefined;
  }
  if (ct?.key === "state") return includes(right, "new");
  if (fib?.result === "type" && String(fib.flags) === "daddr") {
    return includes(right, group === undefined ? "local" : "multicast");
  }
  return undefined;
}

/** Whether a value is one of those on the right of a match: one, a set, a range. */
function includes(right: unknown, value: string | number): Answer {
  if (Array.isArray(right)) {
    const answers = right.map((one) => includes(one, value));
    return answers.includes(true) ? true : answers.includes(undefined) ? undefined : false;
  }
  if (typeof right !== "object" || right === null) {
    // A set that has a name, or all values that are not named.
    return typeof right === "string" && /^[@*]/.test(right) ? undefined : right === value;
  }
  const { set, range } = right as { set?: unknown; range?: [unknown, unknown] };
  if (Array.isArray(set)) return includes(set, value);
  const [from, to] = range ?? [];
  if (typeof value !== "number" || typeof from !== "number" || typeof to !== "number") {
    return undefined;
  }
  return value >= from && value <= to;
}
