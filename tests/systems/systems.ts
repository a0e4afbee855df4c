/**
 * The systems that a folder can hold.
 *
 * @module
 */

/** A release of Debian or Ubuntu. */
export interface System {
  /** As people call it. */
  readonly name: string;
  /** As its packages' server calls it. */
  readonly suite: string;
  /** Which of the two it is, in the words of its packages' server. */
  readonly origin: "Debian" | "Ubuntu";
  /** The parts of it that are used. */
  readonly components: string;
}

/** The oldest one on which the programs run. */
export const DEBIAN_12: System = {
  name: "Debian 12",
  suite: "bookworm",
  origin: "Debian",
  components: "main",
};

/** Its wine runs Deno, that of Debian 12 does not. */
export const DEBIAN_13: System = {
  name: "Debian 13",
  suite: "trixie",
  origin: "Debian",
  components: "main",
};

/** Ubuntu's current release with long-term support. */
export const UBUNTU_LTS: System = {
  name: "Ubuntu 26.04",
  suite: "resolute",
  origin: "Ubuntu",
  components: "main,universe",
};
