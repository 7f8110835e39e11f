# Keeps what a pane prints, for a driver that may be away: numbered segments in a folder.
# $1 the folder, $2 the first number, $3 how many may wait, $4 the terminal, $5 a Python
#
# dd writes each piece as it comes. Once too many segments wait, the terminal is held instead, as
# Ctrl-S would do: tmux itself never holds a program back, it would grow without bound.
#
# Whoever may still write holds the pipe `writer`: dd goes on for a while after its shell was killed.
# A dd that failed may have taken bytes with it, so that is no orderly end.
flow() {
    "$python" -I -S -c 'import os, sys, termios
terminal = os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
termios.tcflow(terminal, getattr(termios, sys.argv[2]))' "$terminal" "$1"
}

umask 077
cd "$1" || exit 1
[ -p writer ] || mkfifo writer || exit 1
exec 9<>writer
echo $$ >spooler
number=$2
most=$3
terminal=$4
python=$5
while :; do
    dd bs=32768 count=128 of="s.$number" 2>/dev/null || exit 1
    [ -s "s.$number" ] || break
    number=$((number + 1))
    oldest="s.$((number - most))"
    if [ -e "$oldest" ]; then
        flow TCOOFF
        while [ -e "$oldest" ]; do sleep 0.2; done
        flow TCOON
    fi
done
: >end
