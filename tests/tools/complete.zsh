# zsh -f complete.zsh DIRECTORY FILE LINE: what zsh offers at the end of LINE with the
# completions of DIRECTORY, a candidate a line. FILE is for its own use.
zmodload zsh/zpty
: >$2

# compadd also notes what it is given; -O, -A and -D only ask it to match.
note='compadd() {
	local -a found
	if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then
		builtin compadd "$@"
		return
	fi
	builtin compadd -A found "$@"
	print -rl -- $found >>'$2'
	builtin compadd "$@"
}'
finish="finish() { print -r -- ' end' >>$2 }; zle -N finish; bindkey '^X' finish"

zpty shell zsh -f -i
zpty -w shell "fpath=($1 \$fpath); autoload -Uz compinit; compinit -u -D; setopt no_beep"
zpty -w shell "$note"
zpty -w shell "$finish"
zpty -w -n shell "$3"$'\t\x18'
for i in {1..100}; do
	grep -q '^ end$' $2 && break
	sleep 0.1
done
zpty -d shell
grep -v -e '^ end$' -e '^$' $2 | sort -u
