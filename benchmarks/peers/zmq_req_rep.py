"""imageZMQ's default: REQ/REP. A picture is shown, then acknowledged, then the next one is sent."""

import zmq

import peer


def send(options):
    camera, codec = peer.Camera(options), peer.codec_of(options)
    socket = zmq.Context.instance().socket(zmq.REQ)
    socket.connect(f"tcp://127.0.0.1:{options.port}")
    while True:
        jpeg = codec.encode(camera.read())
        socket.send_json({"msg": "camera"}, zmq.SNDMORE)
        socket.send(jpeg, copy=False)
        socket.recv()


def receive(options):
    codec = peer.codec_of(options)
    socket = zmq.Context.instance().socket(zmq.REP)
    socket.bind(f"tcp://127.0.0.1:{options.port}")
    while True:
        socket.recv_json()
        peer.show(codec.decode(socket.recv(copy=False)))
        socket.send(b"OK")


if __name__ == "__main__":
    peer.main(send, receive)
