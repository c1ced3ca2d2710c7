# SPDX-License-Identifier: MIT
# Runs PROGRAM on a new store and compares what it prints with EXPECTED.
#   cmake -DPROGRAM=… -DEXPECTED=… -DSTORE=… -P compare.cmake
file(GLOB old "${STORE}*")
file(REMOVE ${old})
execute_process(COMMAND "${PROGRAM}" "${STORE}" OUTPUT_VARIABLE printed ERROR_VARIABLE complaint RESULT_VARIABLE status)
file(GLOB new "${STORE}*")
file(REMOVE ${new})
file(READ "${EXPECTED}" expected)
if(NOT status EQUAL 0 OR NOT printed STREQUAL expected)
  message(FATAL_ERROR "status ${status}\nprinted:\n${printed}${complaint}\nexpected:\n${expected}")
endif()
