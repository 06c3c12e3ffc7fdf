/* The least that a relay in user space can do on this machine: one thread, epoll, one recvmmsg and one sendmmsg for each
 * ready socket, fixed addresses, and no look at what it carries.
 *
 *   floor ADDRESS FIRST-PORT PAIRS CALLER-ADDRESS CALLEE-ADDRESS FIRST-MEDIA-PORT SOCKETS
 *
 * Pair i listens at FIRST-PORT + 2i for the caller's packets and at FIRST-PORT + 2i + 1 for the callee's. What comes in
 * by one leaves by the other, to the media port of that phone: FIRST-MEDIA-PORT + 2 (i modulo SOCKETS).
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>

enum { BATCH = 32, EVENTS = 64, ROOM = 2048 };

struct way {
    int in, out;
    struct sockaddr_in to;
};

static struct sockaddr_in at(const char *address, int port)
{
    struct sockaddr_in name = { .sin_family = AF_INET, .sin_port = htons((unsigned short)port) };
    if (inet_pton(AF_INET, address, &name.sin_addr) != 1) {
        fprintf(stderr, "floor: '%s' is not an IPv4 address\n", address);
        exit(2);
    }
    return name;
}

static int open_at(struct sockaddr_in name)
{
    int room = 256 * 1024;
    int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    if (descriptor < 0 || bind(descriptor, (struct sockaddr *)&name, sizeof name) < 0) {
        perror("floor");
        exit(1);
    }
    setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    return descriptor;
}

static void relay(int epoll)
{
    static char packets[BATCH][ROOM];
    struct mmsghdr received[BATCH] = { 0 }, queued[BATCH] = { 0 };
    struct iovec into[BATCH], from[BATCH];
    for (int i = 0; i < BATCH; i++) {
        into[i] = from[i] = (struct iovec){ packets[i], ROOM };
        received[i].msg_hdr.msg_iov = &into[i];
        queued[i].msg_hdr.msg_iov = &from[i];
        received[i].msg_hdr.msg_iovlen = queued[i].msg_hdr.msg_iovlen = 1;
    }
    for (;;) {
        struct epoll_event events[EVENTS];
        int ready = epoll_wait(epoll, events, EVENTS, -1);
        for (int i = 0; i < ready; i++) {
            struct way *way = events[i].data.ptr;
            int count = recvmmsg(way->in, received, BATCH, 0, NULL);
            for (int j = 0; j < count; j++) {
                from[j].iov_len = received[j].msg_len;
                queued[j].msg_hdr.msg_name = &way->to;
                queued[j].msg_hdr.msg_namelen = sizeof way->to;
            }
            if (count > 0)
                sendmmsg(way->out, queued, (unsigned)count, 0);
        }
    }
}

int main(int count, char **arguments)
{
    if (count != 8) {
        fprintf(stderr, "usage: floor ADDRESS FIRST-PORT PAIRS CALLER-ADDRESS CALLEE-ADDRESS FIRST-MEDIA-PORT SOCKETS\n");
        return 2;
    }
    int first = atoi(arguments[2]), pairs = atoi(arguments[3]), media = atoi(arguments[6]), sockets = atoi(arguments[7]);
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    struct way *ways = calloc(2 * (size_t)pairs, sizeof *ways);
    int epoll = epoll_create1(0);
    for (int i = 0; i < 2 * pairs; i++)
        ways[i].in = open_at(at(arguments[1], first + i));
    for (int i = 0; i < 2 * pairs; i++) {
        struct epoll_event event = { .events = EPOLLIN, .data.ptr = &ways[i] };
        ways[i].out = ways[i ^ 1].in;
        ways[i].to = at(arguments[i % 2 ? 4 : 5], media + 2 * (i / 2 % sockets)); /* what the callee sends goes to the caller */
        epoll_ctl(epoll, EPOLL_CTL_ADD, ways[i].in, &event);
    }
    puts("ready");
    fflush(stdout);
    relay(epoll);
}
