/* The upstream of bench/relay.py: takes everything, keeps nothing, counts. One thread, epoll.
 *
 * Prints its port. `XCOUNT` is answered with the messages and octets of content that came so far.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

struct connection {
    int fd, in_data, matched;
    size_t filled;
    char line[4096];
};

static unsigned long messages, octets, accepted;
static char buffer[256 * 1024];
static const char END[] = "\r\n.\r\n";

static void say(struct connection *c, const char *words) {
    if (write(c->fd, words, strlen(words)) < 0 && errno != EPIPE && errno != ECONNRESET) perror("sink: write");
}

/* How many octets belong to the content, its end among them; the end is looked for with memchr, octet by octet only
 * near a line end. */
static size_t content(struct connection *c, const char *at, size_t size) {
    size_t i = 0;
    while (i < size) {
        if (c->matched == 0) {
            const char *found = memchr(at + i, '\r', size - i);
            if (!found) return size;
            i = found - at;
        }
        if (at[i] == END[c->matched]) {
            c->matched++;
            i++;
            if (c->matched == 5) {
                c->in_data = 0;
                messages++;
                say(c, "250 2.0.0 Ok\r\n");
                return i;
            }
        } else if (c->matched) {
            c->matched = 0; /* a CR that broke the pattern begins a new one */
        } else {
            i++;
        }
    }
    return size;
}

static void command(struct connection *c, char *line) {
    char reply[128];
    if (!strncasecmp(line, "EHLO", 4)) {
        say(c, "250-sink.example\r\n250-PIPELINING\r\n250-SIZE 104857600\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n"
               "250-SMTPUTF8\r\n250 DSN\r\n");
    } else if (!strncasecmp(line, "DATA", 4)) {
        c->in_data = 1;
        c->matched = 2; /* the CRLF of this line counts */
        say(c, "354 Go ahead\r\n");
    } else if (!strncasecmp(line, "QUIT", 4)) {
        say(c, "221 2.0.0 Bye\r\n");
        shutdown(c->fd, SHUT_WR);
    } else if (!strncasecmp(line, "XCOUNT", 6)) {
        snprintf(reply, sizeof reply, "250 %lu %lu %lu\r\n", messages, octets, accepted);
        say(c, reply);
    } else {
        say(c, "250 2.1.0 Ok\r\n");
    }
}

static void readable(struct connection *c) {
    ssize_t n = read(c->fd, buffer, sizeof buffer);
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0) {
        close(c->fd);
        free(c);
        return;
    }
    for (size_t at = 0; at < (size_t)n;) {
        if (c->in_data) {
            size_t used = content(c, buffer + at, n - at);
            octets += used;
            at += used;
            continue;
        }
        char one = buffer[at++];
        if (one != '\n') {
            if (c->filled < sizeof c->line - 1) c->line[c->filled++] = one;
            continue;
        }
        c->line[c->filled] = 0;
        c->filled = 0;
        command(c, c->line);
    }
}

int main(void) {
    signal(SIGPIPE, SIG_IGN);
    int listening = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof at;
    if (bind(listening, (struct sockaddr *)&at, sizeof at) < 0 || listen(listening, 1024) < 0) return 1;
    getsockname(listening, (struct sockaddr *)&at, &length);
    printf("%d\n", ntohs(at.sin_port));
    fflush(stdout);
    int poller = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN}, events[256];
    epoll_ctl(poller, EPOLL_CTL_ADD, listening, &event);
    for (;;) {
        int n = epoll_wait(poller, events, 256, -1);
        for (int i = 0; i < n; i++) {
            if (events[i].data.ptr) {
                readable(events[i].data.ptr);
                continue;
            }
            int fd = accept4(listening, NULL, NULL, SOCK_NONBLOCK);
            if (fd < 0) continue;
            accepted++;
            setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
            struct connection *c = calloc(1, sizeof *c);
            c->fd = fd;
            struct epoll_event more = {.events = EPOLLIN, .data.ptr = c};
            epoll_ctl(poller, EPOLL_CTL_ADD, fd, &more);
            say(c, "220 sink.example ESMTP\r\n");
        }
    }
}
