/*
 * The part of libcrypto that iscsistart uses: digests for CHAP (RFC 7143, 12.1.3) and random bytes. Both come from the
 * kernel, by AF_ALG sockets (Documentation/crypto/userspace-if.rst) and getrandom(2). 14 kB in place of 4.7 MB.
 */
#include <linux/if_alg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct {
  char name[16];
  unsigned size; /* bytes */
} EVP_MD;

typedef struct {
  const EVP_MD* digest;
  int algorithm; /* the bound socket, and the one that takes the data: -1 when there is none */
  int data;
} EVP_MD_CTX;

static const EVP_MD kMd5 = {"md5", 16}, kSha1 = {"sha1", 20}, kSha256 = {"sha256", 32}, kSha3 = {"sha3-256", 32};

const EVP_MD* EVP_md5(void) { return &kMd5; }
const EVP_MD* EVP_sha1(void) { return &kSha1; }
const EVP_MD* EVP_sha256(void) { return &kSha256; }
const EVP_MD* EVP_sha3_256(void) { return &kSha3; }

static void close_sockets(EVP_MD_CTX* context) {
  if (context->data >= 0) close(context->data);
  if (context->algorithm >= 0) close(context->algorithm);
  context->data = context->algorithm = -1;
}

EVP_MD_CTX* EVP_MD_CTX_new(void) {
  EVP_MD_CTX* context = calloc(1, sizeof *context);
  if (context) context->data = context->algorithm = -1;
  return context;
}

void EVP_MD_CTX_free(EVP_MD_CTX* context) {
  if (context) close_sockets(context);
  free(context);
}

/* 1: done, 0: the kernel has no such digest. */
int EVP_DigestInit_ex(EVP_MD_CTX* context, const EVP_MD* digest, void* engine) {
  struct sockaddr_alg address = {.salg_family = AF_ALG, .salg_type = "hash"};
  (void)engine;
  close_sockets(context);
  context->digest = digest;
  strcpy((char*)address.salg_name, digest->name);
  context->algorithm = socket(AF_ALG, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  if (context->algorithm >= 0 && bind(context->algorithm, (struct sockaddr*)&address, sizeof address) == 0)
    context->data = accept(context->algorithm, NULL, NULL);
  return context->data >= 0;
}

int EVP_DigestUpdate(EVP_MD_CTX* context, const void* bytes, size_t count) {
  return send(context->data, bytes, count, MSG_MORE) == (ssize_t)count;
}

int EVP_DigestFinal_ex(EVP_MD_CTX* context, unsigned char* result, unsigned* size) {
  const ssize_t count = send(context->data, NULL, 0, 0) == 0 ? recv(context->data, result, context->digest->size, 0) : -1;
  if (size) *size = context->digest->size;
  close_sockets(context);
  return count == (ssize_t)context->digest->size;
}

int RAND_bytes(unsigned char* bytes, int count) {
  return getrandom(bytes, count, 0) == count;
}
