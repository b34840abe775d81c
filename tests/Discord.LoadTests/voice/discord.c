// Discord's voice protocol, mode aead_aes256_gcm_rtpsize.
#include "load.h"

enum { VOICE = 0x78 };

void join_room(member_t *m, const listed_t *listed) {
    m->sealing = cipher(listed->key, 1);
    m->opening = cipher(listed->key, 0);
    m->ssrc = listed->ssrc;
}

void greet(member_t *m) {
    unsigned char packet[PACKET] = {0, 1, 0, 70};
    put32(packet + 4, m->ssrc);
    send(m->sock, packet, DISCOVERY, 0);
    if (m->speaker == LISTENER) send(m->sock, packet, pack(m, (unsigned char[]){0xF8, 0xFF, 0xFE}, SILENCE, packet), 0);
}

int pack(member_t *m, const unsigned char *payload, int length, unsigned char *packet) {
    packet[0] = 0x80;
    packet[1] = VOICE;
    packet[2] = m->sequence >> 8;
    packet[3] = m->sequence;
    put32(packet + 4, m->sequence * 960);
    put32(packet + 8, m->ssrc);
    m->sequence++;
    return seal(m->sealing, packet, payload, length, ++m->nonce);
}

int unpack(member_t *m, unsigned char *packet, int length, int opens, unsigned char *payload, packet_t *result) {
    if (length < HEADER || (packet[0] & 0xC0) != 0x80 || (packet[1] & 0x7F) != VOICE) return OTHER;  // IP discovery, RTCP
    *result = (packet_t){get32(packet + 8), packet[2] << 8 | packet[3], -1};
    if (!opens) return SPEECH;
    result->length = open_sealed(m->opening, packet, length, payload);
    return result->length < 0 ? UNREADABLE : SPEECH;
}
