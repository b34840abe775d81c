// What the twin and the load have in common: the list of members, and packets in the mode aead_aes256_gcm_rtpsize.
#pragma once
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    BATCH = 64,      // packets for one system call
    PACKET = 1500,   // bytes at most
    HEADER = 12,     // RTP, without extensions
    TAG = 16,
    SUFFIX = 4,      // of the nonce; the other eight bytes are zero
    KEY = 32,
    IV = 12,
    SILENCE = 3,     // bytes of an Opus frame that says nothing
    DISCOVERY = 74,  // IP discovery: type, length, ssrc, address, port
};

// A line of the list, members of one room one after the other: "room speaks key"; the server answers with the line, and " ssrc port" after it.
typedef struct {
    unsigned room, speaks, ssrc, port;
    unsigned char key[KEY];
} listed_t;

static inline void fail(const char *what) {
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(2);
}

static inline void *allocate(size_t count, size_t size) {
    void *memory = calloc(count ? count : 1, size);
    if (!memory) fail("memory");
    return memory;
}

// Reads to an empty line. fields: 3 without ssrc and port, 5 with them.
static inline listed_t *read_list(int fields, size_t *count) {
    listed_t *list = NULL;
    char line[256], key[2 * KEY + 1];
    for (*count = 0; fgets(line, sizeof line, stdin) && *line != '\n'; ++*count) {
        if (!(*count & (*count + 1)) && !(list = realloc(list, 2 * (*count + 1) * sizeof *list))) fail("memory");
        listed_t *m = &list[*count];
        if (sscanf(line, "%u %u %64s %u %u", &m->room, &m->speaks, key, &m->ssrc, &m->port) != fields) fail(line);
        for (int i = 0; i < KEY; i++) sscanf(key + 2 * i, "%2hhx", &m->key[i]);
    }
    return list;
}

static inline uint64_t now(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return t.tv_sec * 1000000000ull + t.tv_nsec;
}

// When the kernel took the packet in (SO_TIMESTAMPNS), on CLOCK_REALTIME; 0: it did not say.
static inline uint64_t arrived(struct msghdr *message) {
    for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c))
        if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_TIMESTAMPNS) {
            struct timespec t;
            memcpy(&t, CMSG_DATA(c), sizeof t);
            return t.tv_sec * 1000000000ull + t.tv_nsec;
        }
    return 0;
}

static inline uint32_t get32(const void *at) {
    uint32_t value;
    memcpy(&value, at, 4);
    return ntohl(value);
}

static inline void put32(void *at, uint32_t value) {
    value = htonl(value);
    memcpy(at, &value, 4);
}

// One context for each key and direction: only the nonce changes from packet to packet.
static inline EVP_CIPHER_CTX *cipher(const unsigned char *key, int encrypts) {
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    if (!c || !EVP_CipherInit_ex(c, EVP_aes_256_gcm(), NULL, key, NULL, encrypts)) fail("cipher");
    return c;
}

// Packet = header | ciphertext | tag | suffix. The header is written already. Returns the packet's length.
static inline int seal(EVP_CIPHER_CTX *c, unsigned char *packet, const unsigned char *payload, int length, uint32_t nonce) {
    unsigned char iv[IV] = {0}, *body = packet + HEADER;
    int n;
    put32(iv, nonce);
    EVP_EncryptInit_ex(c, NULL, NULL, NULL, iv);
    EVP_EncryptUpdate(c, NULL, &n, packet, HEADER);
    EVP_EncryptUpdate(c, body, &n, payload, length);
    EVP_EncryptFinal_ex(c, body + n, &n);
    EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, TAG, body + length);
    memcpy(body + length + TAG, iv, SUFFIX);
    return HEADER + length + TAG + SUFFIX;
}

// Returns the payload's length, or -1 for what was not sealed with this key.
static inline int open_sealed(EVP_CIPHER_CTX *c, const unsigned char *packet, int length, unsigned char *payload) {
    unsigned char iv[IV] = {0};
    int n, body = length - HEADER - TAG - SUFFIX;
    if (body < 0) return -1;
    memcpy(iv, packet + length - SUFFIX, SUFFIX);
    EVP_DecryptInit_ex(c, NULL, NULL, NULL, iv);
    EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, TAG, (void *)(packet + HEADER + body));
    EVP_DecryptUpdate(c, NULL, &n, packet, HEADER);
    EVP_DecryptUpdate(c, payload, &n, packet + HEADER, body);
    return EVP_DecryptFinal_ex(c, payload + n, &n) == 1 ? body : -1;
}

// SSRC -> place in an array, by open addressing.
typedef struct {
    struct { uint32_t ssrc, place; } *slots;  // ssrc 0: free
    uint32_t mask;
} ssrcs_t;

static inline ssrcs_t ssrcs_for(size_t count) {
    ssrcs_t t = {.mask = 1};
    while (t.mask < 2 * count) t.mask *= 2;
    t.slots = allocate(t.mask--, sizeof *t.slots);
    return t;
}

static inline uint32_t ssrc_slot(const ssrcs_t *t, uint32_t ssrc) {
    uint32_t at = ssrc * 2654435769u & t->mask;
    while (t->slots[at].ssrc && t->slots[at].ssrc != ssrc) at = (at + 1) & t->mask;
    return at;
}
