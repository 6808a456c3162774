# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# Completion for xenet, and for xe when that is a link to it. The program that is being
# completed tells what may stand at the cursor: see "xenet __complete" in its manual.

# The words up to the cursor into words; readline cuts them at '=' and ':' as well.
_xenet_words() {
	local line=${COMP_LINE:-${COMP_WORDS[*]}} word blanks
	line=${line:0:${COMP_POINT:-${#line}}}
	words=()
	for word in "${COMP_WORDS[@]:0:COMP_CWORD+1}"; do
		blanks=${line%%[![:blank:]]*}
		line=${line#"$blanks"}
		((${#words[@]})) && [[ -z $blanks ]] || words+=('')
		word=${word:0:${#line}}
		words[${#words[@]} - 1]+=$word
		line=${line#"$word"}
	done
}

# The text that a shell would make of the word $1, whose quotes may be open, into REPLY.
_xenet_unquote() {
	local text=$1 quote='' char
	REPLY=''
	while [[ -n $text ]]; do
		char=${text:0:1}
		text=${text:1}
		if [[ $char == \\ && $quote != \' && (-z $quote || $text == [\\\"\$\`]*) ]]; then
			REPLY+=${text:0:1}
			text=${text:1}
		elif [[ -n $quote && $char == "$quote" ]]; then
			quote=''
		elif [[ -z $quote && $char == [\'\"] ]]; then
			quote=$char
		else
			REPLY+=$char
		fi
	done
}

# The text $1 so that the shell reads it within the open quote $2, or none, into REPLY.
_xenet_quote() {
	local i special=$' \t\\\'"$&()*;<>?[]`{|}~!#'
	[[ $2 != \" ]] || special=$'\\"$`'
	if [[ $2 == \' ]]; then
		REPLY=${1//\'/\'\\\'\'}
		return
	fi
	REPLY=''
	for ((i = 0; i < ${#1}; i++)); do
		[[ $special != *"${1:i:1}"* ]] || REPLY+=\\
		REPLY+=${1:i:1}
	done
}

# The part of the unfinished word $1 that readline keeps, into REPLY: up to an open quote, or
# to the last of its own word breaks.
_xenet_kept() {
	local breaks='' rest
	REPLY=${1%%[\'\"]*}
	[[ $REPLY == "$1" || $REPLY == *\\ ]] || return 0
	[[ $COMP_WORDBREAKS != *=* ]] || breaks+='='
	[[ $COMP_WORDBREAKS != *:* ]] || breaks+=':'
	rest=$1
	[[ -z $breaks ]] || rest=${1##*["$breaks"]}
	REPLY=${1%"$rest"}
}

# Descriptions are only shown: uuids differ before they begin.
_xenet_describe() {
	local i
	[[ ${COMP_TYPE-} != @(37|42) ]] || return 0
	for i in "${!COMPREPLY[@]}"; do
		[[ -z ${descriptions[i]} ]] || COMPREPLY[i]+="  (${descriptions[i]})"
	done
}

_xenet() {
	local words descriptions=() plain=() lines line word kept quote='' REPLY
	_xenet_words
	for word in "${words[@]}"; do
		_xenet_unquote "$word"
		plain+=("$REPLY")
	done
	_xenet_kept "$word"
	kept=$REPLY
	[[ ${word#"$kept"} != [\'\"]* ]] || quote=${word:${#kept}:1}
	COMPREPLY=()
	mapfile -t lines < <("${words[0]/#\~/$HOME}" __complete "${plain[@]:1}" 2>/dev/null)
	for line in "${lines[@]}"; do
		_xenet_quote "${line%%$'\t'*}" "$quote"
		COMPREPLY+=("${REPLY#"$kept"}")
		descriptions+=("${line#*$'\t'}")
	done
	if ((${#COMPREPLY[@]} > 1)); then
		[[ $word != *uuid*=* ]] || _xenet_describe
	elif [[ ${COMPREPLY[0]-=} != *[=:,] ]]; then
		# It is finished, and gets its blank.
		compopt +o nospace 2>/dev/null || true
	fi
}

complete -o nospace -F _xenet xenet xe
