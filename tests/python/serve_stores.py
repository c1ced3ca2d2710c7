# SPDX-License-Identifier: MIT
"""Serves testing stores over WSGI as it is told: the parity replay's other server.

tests/parity/server_process.hpp says what comes in and what goes out.
"""

import sys
import threading

import till
import till.devserver
import till.testing
import till.wsgi


class Served:
    def __init__(self, path, now_us):
        self.store = till.testing.open(path, now=till.time_of(now_us))
        self.application = till.wsgi.application(self.store)
        self.server = till.devserver.make_server(self.application, quiet=True)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
        self.application.close()
        self.store.close()


def main():
    served = None
    for line in sys.stdin:
        verb, *words = line.split()
        if verb == "open":
            served = Served(words[0], int(words[1]))
            answer = served.server.server_port
        elif verb == "advance":
            served.store.clock.advance(microseconds=int(words[0]))
            answer = "ok"
        else:
            served.close()
            served = None
            answer = "ok"
        print(answer, flush=True)
    if served is not None:
        served.close()


if __name__ == "__main__":
    main()
