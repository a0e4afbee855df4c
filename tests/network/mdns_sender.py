"""Sends what no honest host would, by multicast DNS, over one interface: mdns_sender.py ADDRESS LIE"""

import socket
import struct
import sys
import time

GROUP = ("224.0.0.251", 5353)
SERVICE = b"\x0d_capturevideo\x04_tcp\x05local\x00"


def name(*labels):
    return b"".join(bytes([len(label)]) + label for label in labels)


def record(owner, kind, data, ttl=120):
    return owner + struct.pack(">HHIH", kind, 1, ttl, len(data)) + data


def host(label, address, port=65432, target=b"liar", ttl=120):
    own = name(label) + SERVICE
    there = name(target, b"local") + b"\x00"
    return [
        record(SERVICE, 12, own, ttl),
        record(own, 33, struct.pack(">HHH", 0, 0, port) + there, ttl),
        record(own, 16, b"\x03v=1\x09private=0", ttl),
        record(there, 1, socket.inet_aton(address), ttl),
    ]


def response(records):
    return struct.pack(">HHHHHH", 0, 0x8400, 0, len(records), 0, 0) + b"".join(records)


def lies(kind, own):
    if kind == "crowd":
        for number in range(10_000):
            yield response(host(b"liar %d" % number, own, target=b"t%d" % number))
    elif kind == "escapes":
        long = b"\x1b[2J\x1b]0;pwned\x07$(touch pwned)`reboot`" + b"x" * 20
        yield response(host(long, own))
        yield response(host(b"x" * 63, "127.0.0.1", target=b"loop"))
        yield response(host("\u202eoidus".encode(), own, target=b"bidi"))
        labels = name(b"\x1b[31m" + b"y" * 58, b"\x07" * 63, b"z" * 63)
        records = [record(labels + SERVICE, 33, struct.pack(">HHH", 0, 0, 1) + SERVICE)]
        yield response(records)
        # The longest message that there may be, and one that is too long.
        for label, length in ((b"fits", 8972), (b"too long", 9001)):
            records = host(label, own, target=label)
            rest = length - len(response([*records, record(SERVICE, 16, b"")]))
            yield response([*records, record(SERVICE, 16, b"\0" * rest)])
    elif kind == "claims":
        # That studio is elsewhere, is open, and is gone.
        studio = host(b"studio", own)
        yield response(studio)
        gone = name(b"studio") + SERVICE
        yield response([record(SERVICE, 12, gone, 0)])
    elif kind == "garbage":
        for length in range(600):
            yield bytes((length * 7 + index * 13) % 256 for index in range(length))
        yield struct.pack(">HHHHHH", 0, 0x8400, 0, 65535, 65535, 65535)
        yield struct.pack(">HHHHHH", 0, 0x8400, 0, 1, 0, 0) + b"\xc0\x0c" * 20
        yield response(host(b"studio", own))[:-3]


own, kind = sys.argv[1:]
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sender.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
sender.bind((own, 5353))
sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(own))
print("lying", flush=True)
# As long as it is let: whoever looks later is lied to as well.
while True:
    for number, packet in enumerate(lies(kind, own)):
        sender.sendto(packet, GROUP)
        if number % 50 == 49:
            time.sleep(0.005)
    time.sleep(0.2)
