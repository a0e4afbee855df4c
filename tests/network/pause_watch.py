"""Prints when even this program, which sleeps 2 ms at a time, did not get to run: from, to, in
milliseconds of the monotonic clock."""

import time

SLEEP_SECONDS = 0.002
LEAST_PAUSE_SECONDS = 0.005

last = time.monotonic()
while True:
    time.sleep(SLEEP_SECONDS)
    now = time.monotonic()
    if now - last > SLEEP_SECONDS + LEAST_PAUSE_SECONDS:
        print(f"{(last + SLEEP_SECONDS) * 1000:.3f} {now * 1000:.3f}", flush=True)
    last = now
