# SPDX-License-Identifier: LGPL-2.1-or-later
# Turns sql/NNNN-*.sql into rows of a C array: { version, "text" }.
# cmake -D OUTPUT=FILE -D FILES=A;B -P embed.cmake
set(rows "")
set(version 0)
foreach(file IN LISTS FILES)
  math(EXPR version "${version} + 1")
  file(READ "${file}" hex HEX)
  string(REGEX REPLACE "(..)" "0x\\1, " bytes "${hex}")
  string(APPEND rows "\t{ ${version}, (const char[]){ ${bytes}0 } },\n")
endforeach()
file(WRITE "${OUTPUT}" "${rows}")
