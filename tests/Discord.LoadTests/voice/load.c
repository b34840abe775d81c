// Speaks and listens in all rooms of a list, each member with a socket of their own: load WARM SECONDS PID... < completed list.
// Says "measuring" when the warm-up of WARM seconds is over, and after SECONDS more what came of them, one "name value" a line.
//
// Of several servers each has the same number of rooms, one server's after the other's. They are spoken to in turn, a slice of time each: a core is
// faster and slower by the second, and so it is both for all of them. Each one's figures are behind a line "side".
//
// Nobody waits on the listeners' sockets: they are swept in turn, so that no packet wakes a thread. What is late is told by the kernel's
// time stamps: a packet's age is the time from the speaker's send to its arrival at the listener's socket, which on loopback is
// the server's own share and two traversals of the kernel. The reader's own delays are not in it.
#include "load.h"
#include <dirent.h>
#include <linux/sock_diag.h>
#include <sys/prctl.h>

static const uint64_t ms = 1000000, frame = 20 * ms, sweep = 20 * ms, too_late = 10 * ms, drain = 300 * ms, slice = 200 * ms;
static const int receive_buffer = 4 << 20, samples = 8;  // each eighth packet is decrypted
enum { OPUS = 120, OPUS_SPREAD = 80 };  // bytes: 64 kbit/s, and as speech is, of no constant size

// A server, and what came of its rooms.
typedef struct {
    int pid;
    ssrcs_t by_ssrc;
    uint64_t sent, expected, delivered, forwarded, verified, wrong;
    uint64_t ran, waited;  // ns
    uint32_t *ages;
    size_t aged, room_for_ages;
} side_t;

static side_t *sides;
static size_t side_count, rooms;
static member_t *members, **speakers;
static size_t count, talking;
static uint64_t begins, ends;  // of the window, on CLOCK_REALTIME
static uint64_t skipped, overflowed, received;
static uint32_t *room_size, *room_talking;

static struct mmsghdr in[BATCH];
static unsigned char packets[BATCH][PACKET];
static struct iovec parts[BATCH];
static char control[BATCH][CMSG_SPACE(sizeof(struct timespec))];

static side_t *side_of(const member_t *m) { return &sides[m->room / (rooms / side_count)]; }

static void say(member_t *m) {
    static unsigned char opus[OPUS + OPUS_SPREAD], packet[PACKET];
    uint64_t time = now(CLOCK_REALTIME);
    memcpy(opus, &time, sizeof time);
    int length = pack(m, opus, OPUS + random() % (OPUS_SPREAD + 1), packet);
    if (send(m->sock, packet, length, 0) < 0 && errno != ECONNREFUSED) fail("send");
    if (!begins || ends) return;
    side_of(m)->sent++;
    side_of(m)->expected += room_size[m->room] - 1;
}

static void hear(member_t *m, unsigned char *datagram, int length, uint64_t time) {
    static unsigned char payload[PACKET];
    packet_t packet;
    int is_sample = ++received % samples == 0, kind = unpack(m, datagram, length, is_sample, payload, &packet);
    if (kind == OTHER) return;
    side_t *side = side_of(m);
    uint32_t at = ssrc_slot(&side->by_ssrc, packet.ssrc);
    member_t *from = &members[side->by_ssrc.slots[at].place];
    if (kind == UNREADABLE || !side->by_ssrc.slots[at].ssrc || from == m || from->room != m->room) {
        side->wrong++;
        return;
    }

    m->packets++;
    if (from->speaker == LISTENER) return;  // a greeting
    uint32_t sequence = from->sequence - (uint16_t)(from->sequence - packet.sequence);
    if (sequence <= m->heard[from->speaker]) side->wrong++;  // twice, or out of order
    m->heard[from->speaker] = sequence;
    if (time >= begins && begins && (!ends || time < ends)) side->forwarded++;
    int counts = sequence >= from->first && sequence < from->last;
    side->delivered += counts;
    if (!is_sample) return;
    uint64_t then;
    side->verified++;
    memcpy(&then, payload, sizeof then);
    if (counts && side->aged < side->room_for_ages) side->ages[side->aged++] = time > then ? (time - then) / 1000 : 0;
}

static void listen_once(member_t *m) {
    int n;
    do {
        for (int i = 0; i < BATCH; i++) in[i].msg_hdr.msg_controllen = sizeof *control;
        n = recvmmsg(m->sock, in, BATCH, MSG_DONTWAIT, NULL);
        for (int i = 0; i < n; i++) hear(m, packets[i], in[i].msg_len, arrived(&in[i].msg_hdr));
    } while (n == BATCH);
}

// Speaks at even distances and sweeps the listeners until a time on CLOCK_MONOTONIC.
static void run(uint64_t until, int speaks) {
    static uint64_t next_sweep;
    static size_t place, turn;
    uint64_t start = now(CLOCK_MONOTONIC), next = start, step = frame / talking;
    if (!next_sweep) next_sweep = start;
    for (uint64_t time; (time = now(CLOCK_MONOTONIC)) < until;) {
        for (; next <= time; next += step) {
            member_t *m = speakers[turn++ % talking];
            if (!speaks || side_of(m) != &sides[time / slice % side_count]) continue;
            if (time - next < too_late) say(m);
            else skipped++;
        }

        if (next_sweep + sweep < time) next_sweep = time - sweep;
        for (; next_sweep <= time; next_sweep += sweep / count, place++) {
            member_t *m = &members[place % count];
            listen_once(m);
            if (!m->packets && !begins && m->greets <= time) {
                m->greets = time + 200 * ms;
                greet(m);
            }
        }

        uint64_t wake = next < time + ms ? next : time + ms;
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &(struct timespec){wake / 1000000000, wake % 1000000000}, NULL);
    }
}

// Nanoseconds that a process ran, and that its threads waited for a core.
static void scheduled(int pid, uint64_t *ran, uint64_t *waited) {
    char path[300];
    clockid_t clock;
    snprintf(path, sizeof path, "/proc/%d/task", pid);
    DIR *tasks = opendir(path);
    if (!tasks || clock_getcpuclockid(pid, &clock)) fail("the server ended");
    *ran = now(clock);
    *waited = 0;
    for (struct dirent *task; (task = readdir(tasks));) {
        unsigned long long w;
        snprintf(path, sizeof path, "/proc/%d/task/%s/schedstat", pid, task->d_name);
        FILE *file = *task->d_name == '.' ? NULL : fopen(path, "r");
        if (!file) continue;
        if (fscanf(file, "%*u %llu", &w) == 1) *waited += w;
        fclose(file);
    }
    closedir(tasks);
}

// Ticks of all cores that the hypervisor gave to others, and ticks altogether.
static void stolen(unsigned long long *lost, unsigned long long *all) {
    unsigned long long t[8] = {0};
    FILE *file = fopen("/proc/stat", "r");
    if (!file || fscanf(file, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", t, t + 1, t + 2, t + 3, t + 4, t + 5, t + 6, t + 7) != 8) fail("/proc/stat");
    fclose(file);
    *lost = t[7];
    *all = t[0] + t[1] + t[2] + t[3] + t[4] + t[5] + t[6] + t[7];
}

static void prepare(const listed_t *list) {
    members = allocate(count, sizeof *members);
    speakers = allocate(count, sizeof *speakers);
    rooms = list[count - 1].room + 1;
    for (size_t i = 0; i < side_count; i++) sides[i].by_ssrc = ssrcs_for(count);
    room_size = allocate(rooms, sizeof *room_size);
    room_talking = allocate(rooms, sizeof *room_talking);
    for (size_t i = 0; i < count; i++) {
        member_t *m = &members[i];
        *m = (member_t){.room = list[i].room, .sequence = 1, .speaker = LISTENER};
        room_size[m->room]++;
        if (list[i].speaks) {
            m->speaker = room_talking[m->room]++;
            speakers[talking++] = m;
        }

        struct sockaddr_in server = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(list[i].port)};
        m->sock = socket(AF_INET, SOCK_DGRAM, 0);
        if (m->sock < 0 || connect(m->sock, (struct sockaddr *)&server, sizeof server)) fail("socket");
        if (setsockopt(m->sock, SOL_SOCKET, SO_RCVBUFFORCE, &receive_buffer, sizeof receive_buffer))
            setsockopt(m->sock, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
        setsockopt(m->sock, SOL_SOCKET, SO_TIMESTAMPNS, &(int){1}, sizeof(int));
        join_room(m, &list[i]);
        ssrcs_t *by_ssrc = &side_of(m)->by_ssrc;
        uint32_t at = ssrc_slot(by_ssrc, m->ssrc);
        by_ssrc->slots[at].ssrc = m->ssrc;
        by_ssrc->slots[at].place = i;
    }

    // Nobody waits for the others of their room to begin.
    for (size_t i = talking; i > 1; i--) {
        size_t other = random() % i;
        member_t *m = speakers[i - 1];
        speakers[i - 1] = speakers[other];
        speakers[other] = m;
    }

    for (size_t i = 0; i < count; i++) members[i].heard = allocate(room_talking[members[i].room], sizeof(uint32_t));
    for (int i = 0; i < BATCH; i++) {
        parts[i] = (struct iovec){packets[i], PACKET};
        in[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1, .msg_control = control[i]};
    }
}

static int by_value(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static double age(const side_t *side, double share) { return side->aged ? side->ages[(size_t)(share * (side->aged - 1))] / 1000.0 : 0; }

int main(int argc, char **argv) {
    if (argc < 4) return 2;
    double warm = atof(argv[1]), seconds = atof(argv[2]);
    side_count = argc - 3;
    sides = allocate(side_count, sizeof *sides);
    for (size_t i = 0; i < side_count; i++) sides[i].pid = atoi(argv[3 + i]);
    listed_t *list = read_list(5, &count);
    if (!count) return 2;
    prctl(PR_SET_TIMERSLACK, 1000);
    prepare(list);
    if (!talking || rooms % side_count) return 2;

    uint64_t own, own_after, own_waited, own_waited_after, silent = 0;
    unsigned long long lost, lost_after, all, all_after;
    for (size_t i = 0; i < count; i++, usleep(200)) greet(&members[i]);
    run(now(CLOCK_MONOTONIC) + warm * 1e9, 1);
    for (size_t i = 0; i < count; i++) silent += !members[i].packets && room_talking[members[i].room] > (members[i].speaker != LISTENER);
    if (silent) {
        fprintf(stderr, "%llu of %zu members heard nothing in %g seconds.\n", (unsigned long long)silent, count, warm);
        return 2;
    }

    for (size_t i = 0; i < talking; i++) side_of(speakers[i])->room_for_ages += (size_t)((seconds + 1) * 50) * room_size[speakers[i]->room] / samples;
    for (size_t i = 0; i < side_count; i++) sides[i].ages = allocate(sides[i].room_for_ages, sizeof(uint32_t));
    for (size_t i = 0; i < talking; i++) speakers[i]->first = speakers[i]->sequence, speakers[i]->last = UINT32_MAX;
    puts("measuring");
    fflush(stdout);
    skipped = 0;
    stolen(&lost, &all);
    for (size_t i = 0; i < side_count; i++) scheduled(sides[i].pid, &sides[i].ran, &sides[i].waited);
    scheduled(getpid(), &own, &own_waited);
    begins = now(CLOCK_REALTIME);
    run(now(CLOCK_MONOTONIC) + seconds * 1e9, 1);
    ends = now(CLOCK_REALTIME);
    for (size_t i = 0; i < side_count; i++) {
        uint64_t ran, waited;
        scheduled(sides[i].pid, &ran, &waited);
        sides[i].ran = ran - sides[i].ran;
        sides[i].waited = waited - sides[i].waited;
    }
    scheduled(getpid(), &own_after, &own_waited_after);
    stolen(&lost_after, &all_after);
    puts("measured");
    fflush(stdout);
    for (size_t i = 0; i < talking; i++) speakers[i]->last = speakers[i]->sequence;
    run(now(CLOCK_MONOTONIC) + drain, 0);

    for (size_t i = 0; i < count; i++) {
        uint32_t memory[SK_MEMINFO_VARS] = {0};
        getsockopt(members[i].sock, SOL_SOCKET, SO_MEMINFO, memory, &(socklen_t){sizeof memory});
        overflowed += memory[SK_MEMINFO_DROPS];
    }

    for (side_t *side = sides; side < sides + side_count; side++) {
        qsort(side->ages, side->aged, sizeof *side->ages, by_value);
        printf("side\nseconds %f\nsent %llu\nskipped %llu\nexpected %llu\ndelivered %llu\nforwarded %llu\nverified %llu\nwrong %llu\noverflowed %llu\n",
            (ends - begins) / 1e9, (unsigned long long)side->sent, (unsigned long long)skipped, (unsigned long long)side->expected, (unsigned long long)side->delivered,
            (unsigned long long)side->forwarded, (unsigned long long)side->verified, (unsigned long long)side->wrong, (unsigned long long)overflowed);
        printf("server-cpu-ms %f\nserver-waited-ms %f\nload-cpu-ms %f\nload-waited-ms %f\n",
            side->ran / 1e6, (double)(int64_t)side->waited / 1e6, (own_after - own) / 1e6, (own_waited_after - own_waited) / 1e6);
        printf("stolen %f\n", 100.0 * (lost_after - lost) / (all_after - all));
        printf("age-p50-ms %f\nage-p95-ms %f\nage-p99-ms %f\nage-p999-ms %f\n", age(side, .5), age(side, .95), age(side, .99), age(side, .999));
    }
}
