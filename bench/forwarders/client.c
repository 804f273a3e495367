/* The client of bench/relay.py: one thread, epoll, so that it costs next to nothing beside the relay that it measures.
 *
 * client HOST PORT SIZE MESSAGES CONNECTIONS keep|fresh RATE FROM TO
 *
 * Sends MESSAGES of SIZE octets over CONNECTIONS at a time; `fresh` opens one for each message. RATE above 0 is an
 * offered rate in messages a second: each message has a time when it is due, and its latency counts from then, so that
 * a relay that stalls is not excused from the messages that had to wait. Prints one line of JSON; times in ms, and
 * `worst` is the longest silence while something was under way.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum stage { CONNECTING, GREETED, HELLO, IDLE, MAIL, RCPT, DATA, BODY, QUIT, CLOSED };

struct connection {
    int fd;
    enum stage stage;
    double began;          /* when its message was due */
    size_t sent;           /* octets of the body */
    char line[512];        /* the beginning of the reply that is coming in */
    size_t filled;
};

static struct sockaddr_in server;
static char *body, mail_line[512], rcpt_line[512];
static size_t body_size;
static long messages, given, done, failed, refused;
static int fresh, poller, connections;
static double rate, start, *latencies, last_progress, worst;
static struct connection *all;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void progress(double at) {
    if (at - last_progress > worst) worst = at - last_progress;
    last_progress = at;
}

static void watch(struct connection *c, int how, int writing) {
    struct epoll_event event = {.events = EPOLLIN | (writing ? EPOLLOUT : 0), .data.ptr = c};
    epoll_ctl(poller, how, c->fd, &event);
}

static void open_one(struct connection *c) {
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    int one = 1;
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    c->filled = 0;
    c->stage = CONNECTING;
    if (connect(c->fd, (struct sockaddr *)&server, sizeof server) < 0 && errno != EINPROGRESS) {
        perror("connect");
        exit(1);
    }
    watch(c, EPOLL_CTL_ADD, 0);
}

static void say(struct connection *c, const char *line, enum stage next) {
    size_t length = strlen(line);
    if (write(c->fd, line, length) != (ssize_t)length) {
        perror("write");
        exit(1);
    }
    c->stage = next;
}

static void send_body(struct connection *c) {
    while (c->sent < body_size) {
        ssize_t n = write(c->fd, body + c->sent, body_size - c->sent);
        if (n < 0 && errno == EAGAIN) {
            watch(c, EPOLL_CTL_MOD, 1);
            return;
        }
        if (n < 0) { /* the reply, or the end, is read next */
            c->sent = body_size;
            break;
        }
        c->sent += n;
    }
    watch(c, EPOLL_CTL_MOD, 0);
}

/* Gives a connection its next message, if one is due. */
static void next_message(struct connection *c) {
    if (given >= messages) {
        if (c->stage == IDLE) say(c, "QUIT\r\n", QUIT);
        return;
    }
    double at = now(), due = rate > 0 ? start + given / rate : at;
    if (due > at) return;
    given++;
    c->began = rate > 0 ? due : at;
    if (fresh)
        open_one(c);
    else
        say(c, mail_line, MAIL);
}

static void finish(struct connection *c, int good) {
    double at = now();
    if (good) latencies[done] = (at - c->began) * 1e3; else failed++;
    done++;
    progress(at);
    if (fresh || !good) {
        say(c, "QUIT\r\n", QUIT);
    } else {
        c->stage = IDLE;
        next_message(c);
    }
}

static void gone(struct connection *c) {
    int under_way = c->stage < QUIT && c->stage != IDLE;
    close(c->fd);
    if (under_way && (fresh || c->stage >= MAIL)) {
        failed++;
        done++;
    }
    if (under_way) refused++;
    c->stage = CLOSED;
    if (fresh)
        next_message(c);
    else if (given < messages)
        open_one(c);
}

static void replied(struct connection *c, const char *line) {
    int good = line[0] == '2' || line[0] == '3';
    if (!good && c->stage != BODY) {
        if (c->stage < MAIL) refused++;
        fprintf(stderr, "client: at stage %d: %s\n", c->stage, line);
        if (c->stage >= MAIL || fresh) finish(c, 0); else gone(c);
        return;
    }
    switch (c->stage) {
    case CONNECTING: say(c, "EHLO client.platform.example\r\n", HELLO); break;
    case HELLO:
        if (fresh) { say(c, mail_line, MAIL); break; }
        c->stage = IDLE;
        next_message(c);
        break;
    case MAIL: say(c, rcpt_line, RCPT); break;
    case RCPT: say(c, "DATA\r\n", DATA); break;
    case DATA: c->sent = 0; c->stage = BODY; send_body(c); break;
    case BODY: finish(c, line[0] == '2'); break;
    default: break;
    }
}

static void readable(struct connection *c) {
    static char buffer[4096];
    ssize_t n = read(c->fd, buffer, sizeof buffer);
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0) {
        gone(c);
        return;
    }
    for (ssize_t i = 0; i < n; i++) {
        if (buffer[i] != '\n') {
            if (c->filled < sizeof c->line - 1) c->line[c->filled++] = buffer[i];
            continue;
        }
        c->line[c->filled] = 0;
        c->filled = 0;
        if (c->line[3] != '-') replied(c, c->line);
    }
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv) {
    if (argc != 10 && argc != 11) return 2;
    signal(SIGPIPE, SIG_IGN);
    server.sin_family = AF_INET;
    inet_pton(AF_INET, argv[1], &server.sin_addr);
    server.sin_port = htons(atoi(argv[2]));
    size_t size = atol(argv[3]);
    messages = atol(argv[4]);
    connections = atoi(argv[5]);
    fresh = !strcmp(argv[6], "fresh");
    rate = atof(argv[7]);
    snprintf(mail_line, sizeof mail_line, "MAIL FROM:<%s>\r\n", argv[8]);
    snprintf(rcpt_line, sizeof rcpt_line, "RCPT TO:<%s>\r\n", argv[9]);
    body = malloc(size + 256);
    body_size = sprintf(body, "From: <%s>\r\nTo: <%s>\r\nSubject: weekly notice\r\n"
                              "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n", argv[8], argv[9]);
    if (argc > 10) { /* a mail as it goes over the wire, no line of which begins with a dot */
        FILE *file = fopen(argv[10], "rb");
        if (!file) return 1;
        fseek(file, 0, SEEK_END);
        body_size = ftell(file);
        rewind(file);
        body = realloc(body, body_size + 256);
        if (fread(body, 1, body_size, file) != body_size) return 1;
        fclose(file);
    }
    while (argc <= 10 && body_size < size) {
        size_t line = size - body_size >= 78 ? 76 : size - body_size > 2 ? size - body_size - 2 : 0;
        memset(body + body_size, 'a' + body_size % 26, line);
        memcpy(body + body_size + line, "\r\n", 2);
        body_size += line + 2;
    }
    memcpy(body + body_size, ".\r\n", 3);
    body_size += 3;
    latencies = malloc(messages * sizeof *latencies);
    all = calloc(connections, sizeof *all);
    poller = epoll_create1(0);
    start = last_progress = now();
    for (int i = 0; i < connections; i++) {
        all[i].stage = CLOSED;
        if (fresh) next_message(&all[i]); else open_one(&all[i]);
    }
    struct epoll_event events[256];
    double deadline = start + 600;
    while (done < messages && now() < deadline) {
        int n = epoll_wait(poller, events, 256, rate > 0 ? 1 : 1000);
        for (int i = 0; i < n; i++) {
            struct connection *c = events[i].data.ptr;
            if (events[i].events & EPOLLOUT && c->stage == BODY) send_body(c);
            if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) readable(c);
        }
        if (rate > 0)
            for (int i = 0; i < connections; i++)
                if (all[i].stage == (fresh ? CLOSED : IDLE)) next_message(&all[i]);
    }
    double seconds = now() - start;
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    double cpu = used.ru_utime.tv_sec + used.ru_stime.tv_sec + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
    long good = done - failed;
    qsort(latencies, good > 0 ? good : 0, sizeof *latencies, by_value);
    printf("{\"sent\": %ld, \"failed\": %ld, \"refused\": %ld, \"seconds\": %.6f, \"p50\": %.4f, \"p99\": %.4f, "
           "\"max\": %.4f, \"worst\": %.4f, \"cpu\": %.6f}\n",
           good, failed + messages - done, refused, seconds, good ? latencies[good / 2] : 0,
           good ? latencies[(long)(good * 0.99)] : 0, good ? latencies[good - 1] : 0, worst * 1e3, cpu);
    return 0;
}
