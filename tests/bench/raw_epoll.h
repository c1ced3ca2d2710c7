/* SPDX-License-Identifier: MIT */
#ifndef TILL_BENCH_RAW_EPOLL_H
#define TILL_BENCH_RAW_EPOLL_H

#if defined(__cplusplus)
extern "C" {
#endif

/* The floor of any HTTP server here: one thread, one epoll loop, no parser; what a read brings is
 * taken for one request and answered with the same 303 bytes of JSON. `listener` listens already.
 * Never returns; ends the process when the loop itself fails. */
void raw_epoll_serve(int listener);

#if defined(__cplusplus)
}
#endif

#endif
