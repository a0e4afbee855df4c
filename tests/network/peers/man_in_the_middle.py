"""
Stands between a guest and a private host: speaks TLS with both, to the guest with a certificate of
its own, and passes on what they say. All that it could read goes to standard output.
"""

import socket, ssl, sys, threading

port, host, host_port, certificate, key = sys.argv[1:]

def pass_on(source, target):
    try:
        while data := source.recv(65536):
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
            target.sendall(data)
    except OSError:
        pass
    finally:
        target.close()

server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
server.load_cert_chain(certificate, key)
client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
with socket.create_server(("0.0.0.0", int(port))) as listener:
    print("listening", file=sys.stderr, flush=True)
    while True:
        guest = server.wrap_socket(listener.accept()[0], server_side=True)
        real = client.wrap_socket(socket.create_connection((host, int(host_port))))
        threading.Thread(target=pass_on, args=(guest, real), daemon=True).start()
        threading.Thread(target=pass_on, args=(real, guest), daemon=True).start()
