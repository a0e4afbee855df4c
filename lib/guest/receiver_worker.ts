/**
 * A receiving thread: each feed that it is given gets a {@linkcode LentReceiver}.
 *
 * @module
 */

/// <reference lib="deno.worker" />

import { LentReceiver, type NewFeed } from "./lent_receiver.ts";

self.onmessage = ({ data }: MessageEvent<NewFeed>) => void new LentReceiver(data).run();
