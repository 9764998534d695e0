# Arguments: the demo's directory, its control file. Reads nothing; waits for the end of its input.
trap '' INT TERM HUP
directory=$1
control=$2

# Processes that work below the directory and have no terminal: $1 = postgres for the servers, other for the rest.
mine() {
  for process in /proc/[0-9]*; do
    place=$(readlink "$process/cwd" 2>/dev/null) || continue
    case $place in "$directory" | "$directory"/* | "$directory (deleted)"*) ;; *) continue ;; esac
    stat=$(cat "$process/stat" 2>/dev/null) || continue
    rest=${stat##*) }
    set -- "$1" $rest
    [ "$2" = Z ] && continue
    [ "$6" = 0 ] || continue
    case $stat in *"(postgres)"*) kind=postgres ;; *) kind=other ;; esac
    if [ "$1" = "$kind" ]; then echo "${process#/proc/}"; fi
  done
}

cat >/dev/null
[ -d "$directory" ] || exit 0
if grep -qF "$directory" "$control" 2>/dev/null; then rm -f "$control"; fi
kill -s KILL $(mine other) 2>/dev/null
servers=$(mine postgres)
kill -s CONT $servers 2>/dev/null
kill -s QUIT $servers 2>/dev/null
for try in 1 2 3 4 5 6 7 8 9 10; do
  servers=$(mine postgres)
  [ -n "$servers" ] || break
  sleep 0.3
done
kill -s KILL $servers $(mine other) 2>/dev/null
rm -rf "$directory"
