// Mumble's protocol (1.3): TLS to log in and to agree on keys, OCB2-AES128 over UDP for speech.
#include "load.h"
#include <netinet/tcp.h>
#include <openssl/ssl.h>

enum { VERSION = 0, AUTHENTICATE = 2, REJECT = 4, SERVER_SYNC = 5, CRYPT_SETUP = 15 };
enum { BLOCK = 16, OCB_HEADER = 4, OPUS = 0x80, PING = 0x20 };


// ---- OCB2: delta is doubled in GF(2^128) from block to block, and all blocks go to AES in one call.

static void twice(unsigned char *x) {
    int carry = x[0] >> 7;
    for (int i = 0; i < BLOCK - 1; i++) x[i] = x[i] << 1 | x[i + 1] >> 7;
    x[BLOCK - 1] = x[BLOCK - 1] << 1 ^ carry * 0x87;
}

static void mix(unsigned char *target, const unsigned char *a, const unsigned char *b, int length) {
    for (int i = 0; i < length; i++) target[i] = a[i] ^ b[i];
}

static void aes(EVP_CIPHER_CTX *c, unsigned char *target, const unsigned char *source, int length) {
    int n;
    EVP_CipherUpdate(c, target, &n, source, length);
}

// One direction of OCB2. The tag is that of the plain text.
static void ocb(EVP_CIPHER_CTX *forth, EVP_CIPHER_CTX *blocks, int encrypts, const unsigned char *nonce, const unsigned char *source, int length, unsigned char *target, unsigned char *tag) {
    unsigned char delta[BLOCK], deltas[PACKET], work[PACKET], pad[BLOCK] = {0}, sum[BLOCK] = {0};
    aes(forth, delta, nonce, BLOCK);
    int whole = (length - 1) / BLOCK * BLOCK, rest = length - whole;
    for (int at = 0; at < whole; at += BLOCK) {
        twice(delta);
        memcpy(deltas + at, delta, BLOCK);
    }

    mix(work, source, deltas, whole);
    aes(blocks, work, work, whole);
    mix(target, work, deltas, whole);
    const unsigned char *plain = encrypts ? source : target;
    for (int at = 0; at < whole; at += BLOCK) mix(sum, sum, plain + at, BLOCK);

    twice(delta);
    pad[BLOCK - 2] = rest * 8 >> 8;
    pad[BLOCK - 1] = rest * 8;
    mix(pad, pad, delta, BLOCK);
    aes(forth, pad, pad, BLOCK);
    mix(target + whole, source + whole, pad, rest);
    mix(sum, sum, plain + whole, rest);
    mix(sum + rest, sum + rest, pad + rest, BLOCK - rest);
    memcpy(work, delta, BLOCK);
    twice(delta);
    mix(delta, delta, work, BLOCK);
    mix(sum, sum, delta, BLOCK);
    aes(forth, tag, sum, BLOCK);
}

// Counts the nonce on to the next that has this lowest byte.
static void count_to(unsigned char *nonce, unsigned char lowest) {
    int carries = lowest < nonce[0];
    nonce[0] = lowest;
    for (int i = 1; carries && i < BLOCK; i++) carries = !++nonce[i];
}

typedef struct {
    EVP_CIPHER_CTX *forth, *back;
    unsigned char own[BLOCK], theirs[BLOCK];
} keys_t;

static int ocb_seal(keys_t *k, const unsigned char *plain, int length, unsigned char *packet) {
    unsigned char tag[BLOCK];
    count_to(k->own, k->own[0] + 1);
    ocb(k->forth, k->forth, 1, k->own, plain, length, packet + OCB_HEADER, tag);
    packet[0] = k->own[0];
    memcpy(packet + 1, tag, OCB_HEADER - 1);
    return length + OCB_HEADER;
}

static int ocb_open(keys_t *k, const unsigned char *packet, int length, unsigned char *plain) {
    unsigned char tag[BLOCK];
    if (length <= OCB_HEADER) return -1;
    count_to(k->theirs, packet[0]);
    ocb(k->forth, k->back, 0, k->theirs, packet + OCB_HEADER, length - OCB_HEADER, plain, tag);
    return memcmp(packet + 1, tag, OCB_HEADER - 1) ? -1 : length - OCB_HEADER;
}

// ---- Mumble's numbers, as long as they need to be.

static int write_number(unsigned char *at, uint32_t value) {
    if (value < 0x80) return *at = value, 1;
    if (value < 0x4000) return at[0] = 0x80 | value >> 8, at[1] = value, 2;
    if (value < 0x200000) return at[0] = 0xC0 | value >> 16, at[1] = value >> 8, at[2] = value, 3;
    return at[0] = 0xF0, put32(at + 1, value), 5;
}

static int read_number(const unsigned char *at, uint32_t *value) {
    if (at[0] < 0x80) return *value = at[0], 1;
    if (at[0] < 0xC0) return *value = (at[0] & 0x3F) << 8 | at[1], 2;
    if (at[0] < 0xE0) return *value = (at[0] & 0x1F) << 16 | at[1] << 8 | at[2], 3;
    if (at[0] < 0xF0) return *value = (at[0] & 0x0F) << 24 | at[1] << 16 | at[2] << 8 | at[3], 4;
    return *value = get32(at + 1), 5;
}

// ---- Logging in: a message is its type (2 bytes), its length (4 bytes), and protobuf.

static void tell(SSL *tls, int type, const unsigned char *body, int length) {
    unsigned char message[256] = {0, type};
    put32(message + 2, length);
    memcpy(message + 6, body, length);
    if (SSL_write(tls, message, 6 + length) <= 0) fail("mumble-server hung up");
}

static void read_all(SSL *tls, unsigned char *target, int length) {
    for (int n; length > 0; target += n, length -= n)
        if ((n = SSL_read(tls, target, length)) <= 0) fail("mumble-server hung up");
}

// The field's value, or its bytes; NULL: it is not there.
static const unsigned char *field(const unsigned char *at, const unsigned char *end, int wanted, uint32_t *value) {
    while (at < end) {
        int key = *at++;
        for (int shift = *value = 0; at < end; shift += 7) {
            *value |= (uint32_t)(*at & 0x7F) << shift;
            if (!(*at++ & 0x80)) break;
        }

        if (key >> 3 == wanted) return at;
        if ((key & 7) == 2) at += *value;
    }

    return NULL;
}

void join_room(member_t *m, const listed_t *listed) {
    static SSL_CTX *context;
    static unsigned char body[1 << 16];
    if (!context && !(context = SSL_CTX_new(TLS_client_method()))) fail("TLS");
    struct sockaddr_in server = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(listed->port)};
    int sock = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(sock, SOL_SOCKET, SO_RCVBUF, &(int){1 << 20}, sizeof(int));  // nobody reads who comes after us
    setsockopt(sock, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    SSL *tls = SSL_new(context);
    if (sock < 0 || connect(sock, (struct sockaddr *)&server, sizeof server) || !SSL_set_fd(tls, sock) || SSL_connect(tls) != 1) fail("mumble-server");

    tell(tls, VERSION, (unsigned char[]){0x08, 0x84, 0x86, 0x04}, 4);  // 1.3.4
    int name = sprintf((char *)body + 2, "load-%u", listed->ssrc);
    body[0] = 0x0A;
    body[1] = name;
    body[name + 2] = 0x28;  // Opus
    body[name + 3] = 1;
    tell(tls, AUTHENTICATE, body, name + 4);

    keys_t *k = allocate(1, sizeof *k);
    m->sealing = m->opening = k;
    while (!m->ssrc) {
        unsigned char head[6];
        uint32_t length;
        read_all(tls, head, sizeof head);
        if (get32(head + 2) > sizeof body) fail("a long message");
        read_all(tls, body, get32(head + 2));
        const unsigned char *end = body + get32(head + 2), *at;
        if (head[1] == REJECT) fail("mumble-server rejected a member");
        if (head[1] == SERVER_SYNC && field(body, end, 1, &length)) m->ssrc = length;
        if (head[1] != CRYPT_SETUP) continue;
        if (!(at = field(body, end, 1, &length)) || length != BLOCK) fail("a key");
        k->forth = EVP_CIPHER_CTX_new();
        k->back = EVP_CIPHER_CTX_new();
        EVP_CipherInit_ex(k->forth, EVP_aes_128_ecb(), NULL, at, NULL, 1);
        EVP_CipherInit_ex(k->back, EVP_aes_128_ecb(), NULL, at, NULL, 0);
        EVP_CIPHER_CTX_set_padding(k->forth, 0);
        EVP_CIPHER_CTX_set_padding(k->back, 0);
        if ((at = field(body, end, 2, &length))) memcpy(k->own, at, BLOCK);
        if ((at = field(body, end, 3, &length))) memcpy(k->theirs, at, BLOCK);
    }
}

void greet(member_t *m) {
    unsigned char packet[64];
    send(m->sock, packet, ocb_seal(m->sealing, (unsigned char[]){PING, 1}, 2, packet), 0);
}

int pack(member_t *m, const unsigned char *payload, int length, unsigned char *packet) {
    unsigned char plain[PACKET] = {OPUS};
    int at = 1 + write_number(plain + 1, m->sequence++);
    at += write_number(plain + at, length);
    memcpy(plain + at, payload, length);
    return ocb_seal(m->sealing, plain, at + length, packet);
}

int unpack(member_t *m, unsigned char *packet, int length, int opens, unsigned char *payload, packet_t *result) {
    (void)opens;  // who speaks is encrypted too
    unsigned char plain[PACKET];
    uint32_t sequence, size;
    length = ocb_open(m->opening, packet, length, plain);
    if (length < 0) return UNREADABLE;
    if ((plain[0] & 0xE0) != OPUS) return OTHER;
    int at = 1 + read_number(plain + 1, &result->ssrc);
    at += read_number(plain + at, &sequence);
    at += read_number(plain + at, &size);
    result->sequence = sequence;
    result->length = size & 0x1FFF;
    if (at + result->length > length) return UNREADABLE;
    memcpy(payload, plain + at, result->length);
    return SPEECH;
}
