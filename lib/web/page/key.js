// @ts-check
/// <reference lib="dom" />
/**
 * The host's key: behind the `#` of the link, or typed.
 *
 * @module
 */

import { byId, say, show } from "./page.js";

/** How long the host may take to look at a key, in milliseconds. */
const ANSWER_WITHIN_MS = 10_000;

/** Gives the host its key, once for all pages: from then on a cookie stands for it. */
export class HostKey {
  /** @type {HTMLDialogElement} */
  #dialog = byId("ask");
  #isGiving = false;
  #isNeeded = false;
  #onReady;

  /** @param {() => void} onReady called when it is worth trying to connect */
  constructor(onReady) {
    this.#onReady = onReady;
    byId("ask-form").addEventListener("submit", (event) => {
      event.preventDefault();
      /** @type {HTMLInputElement} */
      const field = byId("key");
      this.#give(field.value);
    });
    this.#dialog.addEventListener("cancel", (event) => event.preventDefault());
    // Whoever presses Escape twice closes it all the same; without it there is no way on.
    this.#dialog.addEventListener("close", () => this.#showIfNeeded());
    // Another link to this page does not load it again.
    addEventListener("hashchange", () => location.hash && this.begin());
  }

  /** Whether it is asked for, or being given: who connects meanwhile would be refused. */
  get isMissing() {
    return this.#isGiving || this.#isNeeded;
  }

  /** Gives the key in the link, where there is one. */
  begin() {
    const key = keyInLink();
    if (key) this.#give(key);
    else this.#onReady();
  }

  /** Asks for it. @param {string} [fault] what was wrong with the one before */
  ask(fault = "") {
    say("waiting", "This host's key is needed");
    show("ask-fault", fault);
    this.#isNeeded = true;
    this.#showIfNeeded();
  }

  #showIfNeeded() {
    if (this.#isNeeded && !this.#dialog.open) this.#dialog.showModal();
  }

  /** @param {string} key */
  async #give(key) {
    this.#isGiving = true;
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const answer = await fetch("key", { method: "POST", body: key, signal })
      .catch(() => undefined);
    this.#isGiving = false;
    // A host that needs none knows nothing of keys.
    if (answer?.ok || answer?.status === 404) {
      this.#isNeeded = false;
      this.#dialog.close();
      return this.#onReady();
    }
    if (!answer) this.ask("The host cannot be reached.");
    else if (answer.status === 429) this.ask("Too many wrong keys came from here: wait a minute.");
    else if ([401, 413].includes(answer.status)) this.ask("That is not this host's key.");
    else this.ask(`The host did not take it (${answer.status}): try again.`);
  }
}

/** Takes it, so that neither the address bar nor the history keeps it; `""` where there is none. */
function keyInLink() {
  const { hash, pathname, search } = location;
  if (hash === "") return "";
  history.replaceState(null, "", pathname + search);
  try {
    return decodeURIComponent(hash.slice(1));
  } catch {
    // Whatever that is, it is no key.
    return hash.slice(1);
  }
}
