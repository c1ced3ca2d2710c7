/* SPDX-License-Identifier: MIT */
/* Loads a library, uses it and lets it go, a hundred times: reopen LIBRARY (local|global). */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

typedef const char* (*build_info)(void);

int main(int argc, char** argv) {
    int i;
    if (argc != 3) return 2;
    for (i = 0; i < 100; ++i) {
        void* library =
            dlopen(argv[1], RTLD_NOW | (strcmp(argv[2], "global") == 0 ? RTLD_GLOBAL : RTLD_LOCAL));
        void* symbol;
        build_info info;
        if (library == NULL) {
            fprintf(stderr, "%s\n", dlerror());
            return 1;
        }
        symbol = dlsym(library, "till_build_info");
        if (symbol == NULL) return 1;
        memcpy(&info, &symbol, sizeof info); /* ISO C has no cast from data to function. */
        if (i == 99) printf("till %s\n", info());
        if (dlclose(library) != 0) return 1;
    }
    return 0;
}
