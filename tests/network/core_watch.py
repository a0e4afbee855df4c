"""Tells how long a program has waited for a processor core: `core_watch.py PID`.

Twenty times a second it prints the monotonic clock, and what the program's main thread has waited
by then, both in milliseconds, until the program has ended.
"""

import sys
import time

path = f"/proc/{sys.argv[1]}/schedstat"
while True:
    try:
        with open(path) as file:
            waited_nanos = int(file.read().split()[1])
    except (FileNotFoundError, ProcessLookupError):
        break
    print(time.monotonic() * 1000, waited_nanos / 1e6, flush=True)
    time.sleep(0.05)
