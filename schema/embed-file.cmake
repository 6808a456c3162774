# SPDX-License-Identifier: LGPL-2.1-or-later
# Turns a file into the items of a C array of bytes, with a NUL behind them.
# cmake -D OUTPUT=FILE -D FILE=FILE -P embed-file.cmake
file(READ "${FILE}" hex HEX)
string(REGEX REPLACE "(..)" "0x\\1, " bytes "${hex}")
file(WRITE "${OUTPUT}" "${bytes}0\n")
