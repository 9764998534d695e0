# Runs as root inside of a container, from standard input: sh -s -- VERB ARGUMENTS. Uses what a minimal Debian has.
set -eu
chain=CONCLAVE_CHAOS

# Fields of /proc/PID/stat after the name, which may hold blanks.
parent() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f2; }
name() { cat "/proc/$1/comm" 2>/dev/null || true; }

pids() { # pids NAME: of all processes of that name
  for process in /proc/[0-9]*; do
    pid=${process#/proc/}
    [ "$(name "$pid")" = "$1" ] && echo "$pid"
  done
  return 0
}

find_pids() {
  case $1 in
    postmaster)
      # The one whose parent is no server.
      for pid in $(pids postgres); do
        [ "$(name "$(parent "$pid")")" = postgres ] || echo "$pid"
      done ;;
    daemon) pids java ;;
    *) pids "$1" ;;
  esac
}

small_disk() { # small_disk DIRECTORY: is it on a file system that nothing but the data is on?
  own=$(stat -c %d "$1")
  [ "$own" != "$(stat -c %d /etc)" ] || { echo "$1 is on the file system of the container"; exit 3; }
  size=$(df -Pk "$1" | awk 'NR == 2 {print $2}')
  [ "$size" -le 4194304 ] || { echo "$1 is on a file system of $size kB, which others use: needs one of 4 GB at most"; exit 3; }
}

movable_clock() {
  [ -n "${FAKETIME_TIMESTAMP_FILE:-}" ] || { echo "its processes do not run under libfaketime"; exit 3; }
}

has_chain() { iptables -w -n -L "$chain" >/dev/null 2>&1; }

open_chain() {
  if ! has_chain; then
    iptables -w -N "$chain"
    iptables -w -A "$chain" -i lo -j RETURN
    for hook in INPUT OUTPUT FORWARD; do
      if [ "$hook" = OUTPUT ]; then
        iptables -w -I "$hook" ! -o lo -j "$chain"
      else
        iptables -w -I "$hook" -j "$chain"
      fi
    done
  fi
}

verb=$1
shift
case $verb in
  signal) # signal SIGNAL PROGRAM
    found=$(find_pids "$2")
    [ -n "$found" ] || { echo "no process of $2"; exit 3; }
    # A child that was just forked looks like its parent, and may be gone by now: one of them is enough.
    sent=
    for pid in $found; do
      kill -s "$1" "$pid" 2>/dev/null && sent=yes
    done
    [ -n "$sent" ] || { echo "no process of $2 any more"; exit 3; } ;;
  cut) # cut ADDRESS…, or cut all
    open_chain
    if [ "$1" = all ]; then
      iptables -w -A "$chain" -j DROP
    else
      for address in "$@"; do
        iptables -w -A "$chain" -s "$address" -j DROP
        iptables -w -A "$chain" -d "$address" -j DROP
      done
    fi ;;
  lose) # lose PROBABILITY
    open_chain
    iptables -w -A "$chain" -m statistic --mode random --probability "$1" -j DROP ;;
  heal)
    if has_chain; then
      for hook in INPUT FORWARD; do
        iptables -w -D "$hook" -j "$chain" || true
      done
      iptables -w -D OUTPUT ! -o lo -j "$chain" || true
      iptables -w -F "$chain"
      iptables -w -X "$chain"
    fi ;;
  fillable) small_disk "$1" ;;
  movable-clock) movable_clock ;;
  delayable) # what delay.pl needs
    command -v perl >/dev/null || { echo "there is no perl"; exit 3; }
    [ -c /dev/net/tun ] || { echo "there is no /dev/net/tun"; exit 3; }
    for which in all default; do
      [ "$(cat "/proc/sys/net/ipv4/conf/$which/rp_filter")" = 0 ] ||
        { echo "net.ipv4.conf.$which.rp_filter is not 0"; exit 3; }
    done ;;
  fill) # fill DIRECTORY
    small_disk "$1"
    cat /dev/zero >"$1/.chaos-filler" 2>/dev/null || true
    left=$(df -Pk "$1" | awk 'NR == 2 {print $4}')
    [ "$left" -le 1024 ] || { echo "$left kB of $1 are still free"; exit 3; } ;;
  free) rm -f "$1/.chaos-filler" ;;
  clock) # clock OFFSET: what libfaketime reads, +3600s
    movable_clock
    echo "$1" >"$FAKETIME_TIMESTAMP_FILE"
    # This script's own programs run under libfaketime, too; what the kernel counts does not.
    real=$(($(awk '$1 == "btime" {print $2}' /proc/stat) + $(cut -d. -f1 /proc/uptime)))
    wanted=$(echo "$1" | tr -d '+s')
    wrong=$(($(date +%s) - real - wanted))
    [ "$wrong" -ge -3 ] && [ "$wrong" -le 3 ] || { echo "the clock is $wrong s away from $1"; exit 3; } ;;
  address) # address IP: whether this host has it
    # The table of local routes: needs no program.
    grep -qw "$1" /proc/net/fib_trie && echo yes || echo no ;;
  writable) # writable ADDRESS USER DATABASE: whether the server lets this client write, in PGPASSWORD's name
    answer=$(PGCONNECT_TIMEOUT=5 PGOPTIONS='-c statement_timeout=5s' psql -X -A -t -h "$1" -U "$2" -d "$3" -c \
      "SELECT NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off'" 2>&1) || true
    case $answer in
      t) echo yes ;;
      # A closed gate.
      f | *pg_hba.conf*) echo no ;;
      *) echo "psql says: $answer"; exit 3 ;;
    esac ;;
  delayed) # whether packets go through the relay
    [ -e /sys/class/net/chaos0 ] || { echo "the delaying relay does not run"; exit 3; }
    [ "$(cat /sys/class/net/chaos0/statistics/tx_packets)" -gt 0 ] || { echo "nothing comes to the delaying relay"; exit 3; } ;;
  undelay)
    for pid in $(pids perl); do
      ! grep -q chaos-delay "/proc/$pid/cmdline" || kill "$pid"
    done
    while ip rule del pref 100 2>/dev/null; do :; done ;;
  *) echo "unknown: $verb"; exit 2 ;;
esac
