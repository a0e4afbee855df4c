"""The tutorial's guest: takes whatever one recv() brings for a picture. Without its window.

Run as: tutorial_guest.py ADDRESS PORT PICTURES. Ends after so many, and prints how many there were.
"""

import queue
import socket
import sys
import threading
import time

import cv2
import numpy as np

RECEIVE_BYTES = 216800
QUEUE_LENGTH = 20
WAIT_SECONDS = 0.035
TIMEOUT_SECONDS = 10


def receive(connection, pieces):
    while piece := connection.recv(RECEIVE_BYTES):
        pieces.put(piece)


address, (port, wanted) = sys.argv[1], map(int, sys.argv[2:])
pieces = queue.Queue(QUEUE_LENGTH)
connection = socket.create_connection((address, port))
threading.Thread(target=receive, args=(connection, pieces), daemon=True).start()
shown = 0
while shown < wanted:
    piece = np.frombuffer(pieces.get(timeout=TIMEOUT_SECONDS), np.uint8)
    image = cv2.imdecode(piece, cv2.IMREAD_COLOR)
    if image is not None:
        shown += 1
    time.sleep(WAIT_SECONDS)
print(f"shown {shown}, waiting {pieces.qsize()}")
