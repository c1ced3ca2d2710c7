// SPDX-License-Identifier: MIT
// The same program, to a C++ compiler.
#include "sale.c"
