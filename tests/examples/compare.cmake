# SPDX-License-Identifier: MIT
# Runs PROGRAM on a new store, in a folder of its own, and compares what it prints with EXPECTED.
#   cmake -DPROGRAM=… -DEXPECTED=… -DSTORE=… -P compare.cmake
get_filename_component(folder "${STORE}" DIRECTORY)
file(REMOVE_RECURSE "${folder}")
file(MAKE_DIRECTORY "${folder}")
execute_process(COMMAND "${PROGRAM}" "${STORE}" OUTPUT_VARIABLE printed ERROR_VARIABLE complaint RESULT_VARIABLE status)
file(REMOVE_RECURSE "${folder}")
file(READ "${EXPECTED}" expected)
if(NOT status EQUAL 0 OR NOT printed STREQUAL expected)
  message(FATAL_ERROR "status ${status}\nprinted:\n${printed}${complaint}\nexpected:\n${expected}")
endif()
