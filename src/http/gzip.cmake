# SPDX-License-Identifier: MIT
# Packs INPUT into OUTPUT, the same bytes on every machine. Run at build time by assets.cmake.
set(ENV{SOURCE_DATE_EPOCH} 0)
file(ARCHIVE_CREATE OUTPUT ${OUTPUT} PATHS ${INPUT} FORMAT raw COMPRESSION GZip COMPRESSION_LEVEL 9 MTIME 0)
