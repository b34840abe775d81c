// The SFU's forwarding loop as one writes it in C: what this machine can do, and nothing else. Rooms are given, nobody comes, goes or is muted.
// Reads the list of members from stdin and answers with it; ends when stdin does.
#include "wire.h"
#include <netinet/udp.h>
#include <pthread.h>

typedef struct {
    EVP_CIPHER_CTX *open, *seal;
    struct sockaddr_in address;  // learned from packets that are authentic; port 0: not yet
    uint32_t ssrc, nonce;        // the server's half of the nonces begins at 2^31
    uint32_t first, end;         // the room's members in the array
    uint32_t newest;             // nonce
    uint64_t seen;               // of the 64 nonces up to the newest
    uint64_t flushed;            // when its last message was queued
    uint32_t message;            // that message
} member_t;

// What leaves as one: datagrams of one size for one address, of which only the last may be shorter (UDP_SEGMENT).
typedef struct {
    uint32_t first, last, count, bytes, segment;
} train_t;

static const uint64_t max_age = 60000000;  // ns: older speech is worth nothing
static const int receive_buffer = 192 << 10;

static member_t *members;
static ssrcs_t by_ssrc;
static int sock;

enum { QUEUE = 1024, SLAB = 512 << 10, TRAIN = 60, TRAIN_BYTES = 60000 };

static struct mmsghdr in[BATCH];
static struct sockaddr_in from[BATCH];
static unsigned char packets[BATCH][PACKET];
static struct iovec in_parts[BATCH];
static char in_control[BATCH][CMSG_SPACE(sizeof(struct timespec))];

static struct mmsghdr out[QUEUE];
static train_t trains[QUEUE];
static struct { unsigned char *start; uint32_t length, next; } queue[QUEUE];
static struct iovec out_parts[QUEUE];
static char out_control[QUEUE][CMSG_SPACE(sizeof(uint16_t))];
static unsigned char slab[SLAB];
static uint32_t messages, queued, used;
static uint64_t flushes = 1;

static member_t *find(uint32_t ssrc) {
    uint32_t at = ssrc_slot(&by_ssrc, ssrc);
    return by_ssrc.slots[at].ssrc ? &members[by_ssrc.slots[at].place] : NULL;
}

static void flush(void) {
    struct iovec *part = out_parts;
    for (uint32_t i = 0; i < messages; i++) {
        struct msghdr *header = &out[i].msg_hdr;
        header->msg_iov = part;
        header->msg_iovlen = trains[i].count;
        for (uint32_t at = trains[i].first, n = trains[i].count; n--; at = queue[at].next) *part++ = (struct iovec){queue[at].start, queue[at].length};
        header->msg_control = trains[i].count > 1 ? out_control[i] : NULL;
        header->msg_controllen = trains[i].count > 1 ? sizeof *out_control : 0;
        if (trains[i].count > 1) *(uint16_t *)CMSG_DATA((struct cmsghdr *)out_control[i]) = trains[i].segment;
    }

    for (uint32_t sent = 0; sent < messages;) {
        int n = sendmmsg(sock, out + sent, messages - sent, 0);
        sent += n > 0 ? n : 1;
    }
    messages = queued = used = 0;
    flushes++;
}

static void enqueue(member_t *to, uint32_t length) {
    uint32_t at = queued++;
    queue[at].start = slab + used;
    queue[at].length = length;
    used += (length + 15) & ~15u;
    train_t *train = &trains[to->message];
    if (to->flushed == flushes && length <= train->segment && queue[train->last].length == train->segment && train->count < TRAIN && train->bytes + length <= TRAIN_BYTES) {
        queue[train->last].next = at;
        train->last = at;
        train->count++;
        train->bytes += length;
        return;
    }

    to->flushed = flushes;
    to->message = messages;
    out[messages].msg_hdr.msg_name = &to->address;
    trains[messages++] = (train_t){at, at, 1, length, length};
}

static int is_replayed(const member_t *m, uint32_t nonce) {
    if (nonce > m->newest) return 0;
    return m->newest - nonce >= 64 || (m->seen >> (m->newest - nonce) & 1);
}

static void note(member_t *m, uint32_t nonce) {
    if (nonce > m->newest) {
        uint32_t ahead = nonce - m->newest;
        m->seen = ahead < 64 ? m->seen << ahead : 0;
        m->newest = nonce;
    }
    m->seen |= 1ull << (m->newest - nonce);
}

static void discover(unsigned char *packet, struct sockaddr_in *source) {
    packet[1] = 2;
    memset(packet + 8, 0, DISCOVERY - 8);
    inet_ntop(AF_INET, &source->sin_addr, (char *)packet + 8, 64);
    memcpy(packet + DISCOVERY - 2, &source->sin_port, 2);
    sendto(sock, packet, DISCOVERY, 0, (struct sockaddr *)source, sizeof *source);
}

static void forward(unsigned char *packet, int length, struct sockaddr_in *source) {
    static unsigned char payload[PACKET];
    if (length == DISCOVERY && packet[0] == 0 && packet[1] == 1) {
        if (find(get32(packet + 4))) discover(packet, source);
        return;
    }

    member_t *m = length < HEADER + TAG + SUFFIX || packet[0] != 0x80 ? NULL : find(get32(packet + 8));
    if (!m) return;
    uint32_t nonce = get32(packet + length - SUFFIX);
    if (is_replayed(m, nonce)) return;
    int plain = open_sealed(m->open, packet, length, payload);
    if (plain < 0) return;
    note(m, nonce);
    if (m->address.sin_port != source->sin_port || m->address.sin_addr.s_addr != source->sin_addr.s_addr) m->address = *source;
    if (plain <= SILENCE) return;

    for (member_t *to = members + m->first, *end = members + m->end; to < end; to++) {
        if (to == m || !to->address.sin_port) continue;
        if (queued == QUEUE || used + PACKET > SLAB) flush();
        memcpy(slab + used, packet, HEADER);
        enqueue(to, seal(to->seal, slab + used, payload, plain, to->nonce++));
    }
}

static void prepare(void) {
    for (int i = 0; i < BATCH; i++) {
        in_parts[i] = (struct iovec){packets[i], PACKET};
        in[i].msg_hdr = (struct msghdr){.msg_name = &from[i], .msg_iov = &in_parts[i], .msg_iovlen = 1, .msg_control = in_control[i]};
    }

    for (int i = 0; i < QUEUE; i++) {
        out[i].msg_hdr.msg_namelen = sizeof *from;
        *(struct cmsghdr *)out_control[i] = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof(uint16_t)), .cmsg_level = SOL_UDP, .cmsg_type = UDP_SEGMENT};
    }
}

static void *end_with_stdin(void *unused) {
    char byte;
    while (read(STDIN_FILENO, &byte, 1) > 0) {}
    exit(0);
    return unused;
}

int main(void) {
    size_t count;
    listed_t *list = read_list(3, &count);
    members = allocate(count, sizeof *members);
    by_ssrc = ssrcs_for(count);

    struct sockaddr_in local = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof local;
    sock = socket(AF_INET, SOCK_DGRAM, 0);
    if (sock < 0 || bind(sock, (struct sockaddr *)&local, size) || getsockname(sock, (struct sockaddr *)&local, &size)) fail("socket");
    setsockopt(sock, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    setsockopt(sock, SOL_SOCKET, SO_TIMESTAMPNS, &(int){1}, sizeof(int));

    for (uint32_t i = 0, first = 0; i < count; i++) {
        if (list[i].room != list[first].room) first = i;
        members[i] = (member_t){.open = cipher(list[i].key, 0), .seal = cipher(list[i].key, 1), .ssrc = 1000 + 3 * i, .nonce = 1u << 31, .first = first};
        for (uint32_t j = first; j <= i; j++) members[j].end = i + 1;
        uint32_t at = ssrc_slot(&by_ssrc, members[i].ssrc);
        by_ssrc.slots[at].ssrc = members[i].ssrc;
        by_ssrc.slots[at].place = i;
        printf("%u %u ", list[i].room, list[i].speaks);
        for (int b = 0; b < KEY; b++) printf("%02x", list[i].key[b]);
        printf(" %u %u\n", members[i].ssrc, ntohs(local.sin_port));
    }

    prepare();
    pthread_t thread;
    if (pthread_create(&thread, NULL, end_with_stdin, NULL)) fail("thread");
    puts("");
    fflush(stdout);
    for (;;) {
        for (int i = 0; i < BATCH; i++) {
            in[i].msg_hdr.msg_namelen = sizeof *from;
            in[i].msg_hdr.msg_controllen = sizeof *in_control;
        }
        int n = recvmmsg(sock, in, BATCH, MSG_WAITFORONE, NULL);
        for (int i = 0; i < n; i++)
            if (arrived(&in[i].msg_hdr) + max_age >= now(CLOCK_REALTIME)) forward(packets[i], in[i].msg_len, &from[i]);
        flush();
    }
}
