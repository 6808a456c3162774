#!/bin/bash
# Many VIFs and many bridges: what one more costs is what the first one cost, in messages and in
# instructions, and nothing grows with the square (catalogue 86).
# lanes: namespace
# timeout: 240
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
