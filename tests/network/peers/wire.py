"""Writes every packet of a network interface to standard output, one behind the other."""

import socket, sys

ETH_P_ALL = 3

with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL)) as wire:
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16 * 1024 * 1024)
    wire.bind((sys.argv[1], 0))
    print("listening", file=sys.stderr, flush=True)
    while True:
        sys.stdout.buffer.write(wire.recv(65536))
        sys.stdout.buffer.flush()
