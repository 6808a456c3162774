# SPDX-License-Identifier: LGPL-2.1-or-later
# Completion of commands and of the names of their parameters.

_xenet_params() {
	xenet help "$1" 2>/dev/null |
		sed -n 's/^ *\(reqd\|optional\) params *: //p' | tr -d ' ' | tr ',' '\n'
}

_xenet() {
	local word=${COMP_WORDS[COMP_CWORD]}

	if ((COMP_CWORD == 1)); then
		mapfile -t COMPREPLY < <(compgen -W \
			"help $(xenet help --minimal --all 2>/dev/null | tr ',' ' ')" -- "$word")
		return
	fi
	mapfile -t COMPREPLY < <(compgen -S = -W "$(_xenet_params "${COMP_WORDS[1]}" |
		grep -v '[<:]')" -- "$word")
}

complete -o nospace -F _xenet xenet xe
