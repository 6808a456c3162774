#!/bin/bash
# The process that reads XML: it gets nothing but the XML, opens nothing, has bounds, and is not
# missed by other commands; whatever becomes of it, a command fails with a reason (catalogue 78).
# lanes: namespace lab
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

# A program of that shell fragment in its place.
reader() {
	printf '#!/bin/bash\n%s\n' "$1" >"$reader"
	chmod 755 "$reader"
}

# failing DESCRIPTION REASON: the import is refused for that.
failing() {
	check_fails "$1" "${ours[@]}" vm-import-libvirt file="$FRESH_DIR/domain.xml"
	check_eq "... and says so" "program: $reader"$'\n'"reason: $2" "$(sed 1d <<<"$OUTPUT")"
	check_eq "... and nothing has changed" "$before" "$(dump)"
}

is_gone() {
	[[ ! -e /proc/$1 ]]
}

fresh
network=$(xenet network-create name-label=lan)
echo "<domain><name>guest</name><devices><interface type='ethernet'/></devices></domain>" \
	>"$FRESH_DIR/domain.xml"
before=$(dump)

# ---- What it does ----

traced -qq -v -s 400 -e trace=execve,openat,open,socket,connect,setrlimit,prlimit64,read \
	-o "$FRESH_DIR/trace" xenet vm-import-libvirt file="$FRESH_DIR/domain.xml" \
	network-uuid="$network" >/dev/null
reads=$(awk '/execve\(.*xenet-xml"/ { pid = $1 } pid && $1 == pid' "$FRESH_DIR/trace")
check "it is one process" test "$(grep -c 'execve(' <<<"$reads")" -eq 1
check "... of that name, without an environment" \
	grep -qE 'execve\("[^"]*/xenet-xml", \["xenet-xml"\], \[\]\) = 0' <<<"$reads"
own=$(sed -n '/RLIMIT_CPU/,$p' <<<"$reads")
check "it limits its time" grep -q 'RLIMIT_CPU, {rlim_cur=5' <<<"$own"
if [[ $XENET_LANE == lab ]]; then
	check "... its memory" grep -q 'RLIMIT_AS, {rlim_cur=262144\*1024' <<<"$own"
	check "... and its files" grep -q 'RLIMIT_NOFILE, {rlim_cur=2,' <<<"$own"
fi
# The sanitizer's look at its own memory is none of its.
check_eq "then it opens nothing" '' "$(grep -E '(open|openat|socket|connect)\(' <<<"$own" |
	grep -v '/proc/' || true)"
check "... and reads the XML" grep -q 'read(0, "<domain><name>guest' <<<"$own"
# The rest depends neither on the kernel nor on limits, and takes the lab long.
if [[ $XENET_LANE == lab ]]; then
	echo "<domain>$(head -c 100000 /dev/zero | sed "s|\x00|<a b='c'/>|g")</domain>" >"$FRESH_DIR/large"
	check_fails "with little memory for all of it" \
		prlimit --as=$((64 << 20)) xenet vm-import-libvirt file="$FRESH_DIR/large"
	check "... the XML is refused for what it is" grep -q 'line 1: it has too many' <<<"$OUTPUT"
	finish
fi
xenet vm-destroy uuid="$(xenet vm-list name-label=guest --minimal)"
traced -qq -e trace=execve -o "$FRESH_DIR/trace" xenet vm-list >/dev/null
check_eq "other commands start nothing" 1 "$(grep -c 'execve(' "$FRESH_DIR/trace")"

# ---- Where it is started ----

check "with signals of children ignored" \
	bash -c "trap '' CHLD; exec xenet vm-import-libvirt file=$FRESH_DIR/domain.xml network-uuid=$network"
check "without a standard input" \
	bash -c "exec xenet vm-import-libvirt file=$FRESH_DIR/domain.xml <&-"
check "without it and a standard error" \
	bash -c "exec xenet vm-import-libvirt file=$FRESH_DIR/domain.xml <&- 2>&-"
check "from a directory that is gone" \
	bash -c "mkdir $FRESH_DIR/gone && cd $FRESH_DIR/gone && rmdir $FRESH_DIR/gone &&
		exec xenet vm-import-libvirt file=$FRESH_DIR/domain.xml"
xenet vm-destroy uuid="$(xenet vm-list name-label=guest --minimal)"

# ---- What may become of it: in a copy of the installation ----

mkdir -p "$FRESH_DIR/usr/bin" "$FRESH_DIR/usr/libexec/xenet"
cp "$(readlink -f "$XENET_BIN")" "$FRESH_DIR/usr/bin/xenet"
reader=$(readlink -f "$FRESH_DIR/usr/bin")/../libexec/xenet/xenet-xml
ours=("$FRESH_DIR/usr/bin/xenet")
before=$(dump)
# Nor is there the one of an installation.
[[ ! -d /usr/local/libexec ]] || mount -t tmpfs tmpfs /usr/local/libexec
check_fails "it is missing" "${ours[@]}" vm-import-libvirt file="$FRESH_DIR/domain.xml"
check "... and it says so" grep -q '^reason: No such file or directory$' <<<"$OUTPUT"
check "nobody else misses it" "${ours[@]}" vm-list
reader 'exit 1'
failing "it fails" "it failed: what it was to read may have taken more memory than its limit"
reader 'kill -9 $$'
failing "it is killed" "a signal has ended it"
reader 'kill -XCPU $$'
failing "it takes too much time" "what it was to read took it more than 5 seconds, its limit"
reader 'exec /bin/cat /dev/zero'
failing "it does not end" "its answer has no end"
: >"$reader"
check_fails "it is no program" "${ours[@]}" vm-import-libvirt file="$FRESH_DIR/domain.xml"
place='"line":1,"start":0,"open":1,"close":1,"end":1,"attributes":[],"text":"","elements":[]'
for answer in '' 'hello' '[]' '{}' '{"faults":[]}' '{"domain":{"root":{},"interfaces":[]},"grammar":[]}' \
	"{\"domain\":{\"root\":{\"name\":\"domain\",${place/\"end\":1/\"end\":9999}},\"interfaces\":[],\"secrets\":[]},\"grammar\":[]}" \
	"{\"domain\":{\"root\":{\"name\":\"domain\",${place/\"open\":1/\"open\":5}},\"interfaces\":[],\"secrets\":[]},\"grammar\":[]}"; do
	reader "echo '$answer'"
	check_fails "it answers '$answer'" "${ours[@]}" vm-import-libvirt file="$FRESH_DIR/domain.xml"
	check "... which is none" grep -q '^reason: its answer is none' <<<"$OUTPUT"
done
# A signal to the command ends both.
reader "echo \$\$ >$FRESH_DIR/pid; exec /bin/sleep 1000"
"${ours[@]}" vm-import-libvirt file="$FRESH_DIR/domain.xml" 2>"$FRESH_DIR/errors" &
pid=$!
check "it hangs" wait_for 10 test -s "$FRESH_DIR/pid"
kill -TERM "$pid"
status=0
wait "$pid" || status=$?
check_eq "a signal ends the command" 143 "$status"
check "... and it" wait_for 5 is_gone "$(<"$FRESH_DIR/pid")"
check "... with a reason" grep -q 'asked to stop' "$FRESH_DIR/errors"
check_eq "nothing has changed" "$before" "$(dump)"
finish
