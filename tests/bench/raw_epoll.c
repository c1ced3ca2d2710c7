/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* accept4 */
#include "raw_epoll.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { body_size = 303, events_max = 64 };

static char answer[1024];
static size_t answer_size;

static void fail(const char* what) {
    perror(what);
    _exit(1);
}

static void make_answer(void) {
    char body[body_size + 1];
    int size;
    memset(body, 'x', body_size);
    memcpy(body, "{\"message\":\"", 12);
    memcpy(body + body_size - 2, "\"}", 2);
    body[body_size] = '\0';
    size = snprintf(answer, sizeof answer,
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                    "Content-Length: %d\r\n\r\n%s",
                    (int)body_size, body);
    if (size < 0 || (size_t)size >= sizeof answer) fail("answer");
    answer_size = (size_t)size;
}

static void watch(int loop, int descriptor) {
    struct epoll_event event;
    memset(&event, 0, sizeof event);
    event.events = EPOLLIN;
    event.data.fd = descriptor;
    if (epoll_ctl(loop, EPOLL_CTL_ADD, descriptor, &event) != 0) fail("epoll_ctl");
}

static void accept_all(int loop, int listener) {
    for (;;) {
        const int on = 1;
        const int client = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (client < 0) return;
        setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        watch(loop, client);
    }
}

static void answer_one(int client) {
    char request[4096];
    const ssize_t got = recv(client, request, sizeof request, 0);
    if (got > 0 && send(client, answer, answer_size, MSG_NOSIGNAL) == (ssize_t)answer_size) return;
    close(client);
}

void raw_epoll_serve(int listener) {
    struct epoll_event events[events_max];
    const int loop = epoll_create1(EPOLL_CLOEXEC);
    if (loop < 0) fail("epoll_create1");
    make_answer();
    watch(loop, listener);
    for (;;) {
        const int count = epoll_wait(loop, events, events_max, -1);
        if (count < 0) fail("epoll_wait");
        for (int i = 0; i < count; ++i) {
            if (events[i].data.fd == listener)
                accept_all(loop, listener);
            else
                answer_one(events[i].data.fd);
        }
    }
}
