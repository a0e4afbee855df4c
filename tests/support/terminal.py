"""
Runs a program in a terminal, types something once it has said something, and passes on what it
writes, which is what its user sees.

usage: terminal.py PATTERN TEXT PROGRAM [ARGUMENT...]

Its own last line says whether the terminal showed what was typed, then and at the end, and the
program's exit code.
"""

import os, pty, re, signal, sys, termios

pattern, text, *command = sys.argv[1:]
child, terminal = pty.fork()
if child == 0:
    os.execvp(command[0], command)

def echoes():
    return bool(termios.tcgetattr(terminal)[3] & termios.ECHO)

signal.signal(signal.SIGINT, lambda *_: os.kill(child, signal.SIGINT))
seen, typed, at_prompt = b"", False, None
while True:
    try:
        piece = os.read(terminal, 4096)
    except OSError:
        break
    seen += piece
    sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()
    if not typed and re.search(pattern.encode(), seen):
        at_prompt, typed = echoes(), True
        os.write(terminal, text.encode())
at_end = echoes()
_, status = os.waitpid(child, 0)
print(f"terminal: shown then {at_prompt}, at the end {at_end}, exit {os.waitstatus_to_exitcode(status)}")
