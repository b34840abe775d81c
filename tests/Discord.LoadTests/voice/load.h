// What a load speaks: discord.c or mumble.c, each with load.c a program.
#pragma once
#include "wire.h"

typedef struct {
    void *sealing, *opening;     // the protocol's own
    int sock;                    // UDP, connected
    uint32_t ssrc;               // by which others know whose a packet is; not 0
    uint32_t nonce, sequence;    // the next packet's sequence number
    uint32_t room, speaker;      // place among the room's speakers; LISTENER
    uint32_t first, last;        // sequence numbers of the window
    uint32_t *heard;             // from each speaker of the room: the newest
    uint64_t packets, greets;
} member_t;

#define LISTENER UINT32_MAX

// Keys and SSRCs. The sockets are open.
void join_room(member_t *member, const listed_t *listed);

// What a client does first: the server learns the address from it.
void greet(member_t *member);

// Writes the member's next packet and returns its length.
int pack(member_t *member, const unsigned char *payload, int length, unsigned char *packet);

typedef struct {
    uint32_t ssrc;
    uint16_t sequence;
    int length;  // of the payload; -1: it was not opened
} packet_t;

enum { SPEECH, OTHER, UNREADABLE };

// opens: the payload is wanted.
int unpack(member_t *member, unsigned char *packet, int length, int opens, unsigned char *payload, packet_t *result);
