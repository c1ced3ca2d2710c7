# SPDX-License-Identifier: MIT
# SQLite from its amalgamation. Nothing of it is seen from outside: hidden in a shared library, local
# to the one object of a static one (prelink.cmake).
add_library(till_sqlite3 STATIC ${till_amalgamation}/sqlite3.c)
set_target_properties(till_sqlite3 PROPERTIES POSITION_INDEPENDENT_CODE ON)
target_compile_options(till_sqlite3 PRIVATE -w -fvisibility=hidden -fstack-protector-strong ${TILL_EXTRA_FLAGS})
target_compile_definitions(till_sqlite3 PRIVATE
  # A connection is used by one thread at a time: the engine checks them out.
  SQLITE_THREADSAFE=2
  SQLITE_DEFAULT_MEMSTATUS=0
  SQLITE_DQS=0
  SQLITE_LIKE_DOESNT_MATCH_BLOBS
  SQLITE_OMIT_SHARED_CACHE
  SQLITE_USE_ALLOCA
  # SQLiteCpp calls them.
  SQLITE_ENABLE_COLUMN_METADATA)
