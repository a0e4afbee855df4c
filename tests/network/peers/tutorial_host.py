"""The tutorial's host: bare JPEGs, one after another, to the one guest it accepts.

Each picture carries its number, 0, 1, 2, …, as the project's test pattern does.
Run as: tutorial_host.py ADDRESS PORT WIDTH HEIGHT PICTURES
"""

import socket
import sys
import time

import cv2
import numpy as np

QUALITY = 80
WAIT_SECONDS = 0.035
CELLS = 40


def crc8(number):
    crc = 0
    for byte in number.to_bytes(4, "big"):
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ 0x07) & 0xFF if crc & 0x80 else crc << 1
    return crc


def picture(number, width, height):
    pixels = np.random.default_rng(number).integers(
        0, 255, (height // 8, width // 8, 3), dtype=np.uint8
    )
    pixels = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_NEAREST)
    bits = number << 8 | crc8(number)
    for cell in range(CELLS):
        color = 255 if bits >> (CELLS - 1 - cell) & 1 else 0
        pixels[:16, cell * width // CELLS : (cell + 1) * width // CELLS] = color
    return pixels


address, (port, width, height, pictures) = sys.argv[1], map(int, sys.argv[2:])
with socket.create_server((address, port)) as server:
    print("listening", flush=True)
    connection, _ = server.accept()
    with connection:
        for number in range(pictures):
            done, jpeg = cv2.imencode(
                ".jpg", picture(number, width, height), [cv2.IMWRITE_JPEG_QUALITY, QUALITY]
            )
            time.sleep(WAIT_SECONDS)
            connection.sendall(jpeg.tobytes())
        # What the guest has said was never read: closing now would cut off what is under way.
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(4096):
            pass
