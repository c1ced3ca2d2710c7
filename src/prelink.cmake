# SPDX-License-Identifier: MIT
# Makes a static library out of one object whose only global symbols are those of the version script:
#   cmake -DLIBRARY=… -DARCHIVES=a|b -DMAP=… -DCOMPILER=… -DOBJCOPY=… -DAR=… -P prelink.cmake
# A program may so link another SQLite, another version of anything we use, or two libraries that each
# have till inside. Groups and common symbols are resolved first: their names must not be found again in the program.
cmake_minimum_required(VERSION 3.25)
file(STRINGS "${MAP}" exports REGEX "^ +till_[a-z0-9_]+;")
list(TRANSFORM exports REPLACE "[ ;]" "")
if(NOT exports)
  message(FATAL_ERROR "till: no export was found in ${MAP}.")
endif()
list(JOIN exports "\n" exports)
file(WRITE "${LIBRARY}.exports" "${exports}\n")
string(REPLACE "|" ";" ARCHIVES "${ARCHIVES}")
set(object "${LIBRARY}.o")

execute_process(COMMAND_ERROR_IS_FATAL ANY
  COMMAND ${COMPILER} -r -nostdlib -Wl,--force-group-allocation -Wl,-d -o "${object}"
    -Wl,--whole-archive "${LIBRARY}" -Wl,--no-whole-archive ${ARCHIVES})
execute_process(COMMAND_ERROR_IS_FATAL ANY
  COMMAND ${OBJCOPY} "--keep-global-symbols=${LIBRARY}.exports" "${object}")
file(REMOVE "${LIBRARY}.tmp")
execute_process(COMMAND_ERROR_IS_FATAL ANY COMMAND ${AR} rcsD "${LIBRARY}.tmp" "${object}")
file(RENAME "${LIBRARY}.tmp" "${LIBRARY}")
file(REMOVE "${object}" "${LIBRARY}.exports")
