/*
 * The guest's side of a private host, as far as the fan-out benchmark needs it: TLS 1.3, and the
 * proofs that both have the key. See docs/protocol.md.
 */
#ifndef PRIVATE_H
#define PRIVATE_H

#include <errno.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>

#include "wire.h"

enum { NONCE = 9, PROOF = 10, PROOF_BYTES = 32 };

/* Reads what is there, inside TLS where there is one; 0 where nothing is, -1 at the end. */
static inline ssize_t read_some(int fd, SSL *tls, uint8_t *bytes, size_t most) {
  if (tls) {
    int count = SSL_read(tls, bytes, (int)most);
    return count > 0 ? count : SSL_get_error(tls, count) == SSL_ERROR_WANT_READ ? 0 : -1;
  }
  ssize_t count = recv(fd, bytes, most, 0);
  return count > 0 ? count : count < 0 && errno == EAGAIN ? 0 : -1;
}

static inline void read_all(SSL *tls, uint8_t *to, int bytes) {
  for (int got = 0; got < bytes;) {
    int count = SSL_read(tls, to + got, bytes - got);
    if (count <= 0) fail("the host closed the connection");
    got += count;
  }
}

static inline void expect(SSL *tls, uint8_t type, uint8_t *payload) {
  uint8_t header[HEADER_BYTES];
  read_all(tls, header, HEADER_BYTES);
  if (header[3] != type || get_u32(header + 8) != PROOF_BYTES) fail("no proof came");
  read_all(tls, payload, PROOF_BYTES);
}

static inline bool say_inside(SSL *tls, uint8_t type, const void *payload, uint32_t bytes) {
  uint8_t message[HEADER_BYTES + 256];
  put_header(message, type, bytes);
  memcpy(message + HEADER_BYTES, payload, bytes);
  return SSL_write(tls, message, (int)(HEADER_BYTES + bytes)) > 0;
}

static inline void prove(uint8_t *proof, const char *key, const char *role, const uint8_t *bound) {
  uint8_t text[8 + 3 * PROOF_BYTES];
  size_t length = strlen(role);
  memcpy(text, role, length);
  memcpy(text + length, bound, 3 * PROOF_BYTES);
  HMAC(EVP_sha256(), key, (int)strlen(key), text, length + 3 * PROOF_BYTES, proof, NULL);
}

/* Begins TLS on a connected socket that still blocks, and proves the key to the host. */
static inline SSL *begin_private(int fd, const char *key) {
  static SSL_CTX *context;
  if (!context) {
    context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  }
  SSL *tls = SSL_new(context);
  SSL_set_fd(tls, fd);
  if (SSL_connect(tls) != 1) fail("the host does not speak TLS");
  /* What the proofs are about: the certificate's hash, our nonce, the host's. */
  uint8_t bound[3 * PROOF_BYTES], proof[PROOF_BYTES], theirs[PROOF_BYTES], *der = NULL;
  int length = i2d_X509(SSL_get0_peer_certificate(tls), &der);
  SHA256(der, (size_t)length, bound);
  OPENSSL_free(der);
  RAND_bytes(bound + PROOF_BYTES, PROOF_BYTES);
  say_inside(tls, NONCE, bound + PROOF_BYTES, PROOF_BYTES);
  expect(tls, NONCE, bound + 2 * PROOF_BYTES);
  expect(tls, PROOF, theirs);
  prove(proof, key, "host", bound);
  if (CRYPTO_memcmp(proof, theirs, PROOF_BYTES) != 0) fail("the host has another key");
  prove(proof, key, "guest", bound);
  say_inside(tls, PROOF, proof, PROOF_BYTES);
  return tls;
}

#endif
