# shellcheck shell=bash
# Sourced by the static tests: each says what is wrong, a line a fault, or nothing.
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."
export LC_ALL=C

# files PATTERN...: the tree's files of those names, without what was built.
files() {
	local pattern names=()
	for pattern; do
		names+=(-o -name "$pattern")
	done
	find . \( -name .git -o -path ./build \) -prune -o -type f \( "${names[@]:1}" \) -print |
		sed 's|^\./||' | sort
}

# none: fails if there is any input, and shows it.
none() {
	local faults
	faults=$(cat)
	[[ -z $faults ]] || { echo "$faults" && return 1; }
}

# same WHY A B: fails if the texts, of a line an item, differ, and shows the items.
same() {
	local difference
	difference=$(diff <(sort <<<"$2") <(sort <<<"$3")) || { echo "$1:" && none <<<"$difference"; }
}
