# shellcheck shell=bash
# Starting, watching and stopping named processes. Sourced by ./dev.
#
# .caucus/run/NAME.pid holds "PID START_TIME": a pid that the kernel has given to another process since has
# another start time, and is not taken for ours.

readonly RUN=$STATE/run
readonly LOGS=$STATE/log
readonly START_SECONDS_MAX=60
readonly STOP_SECONDS_MAX=40

# Prints when the process started, in clock ticks since boot; fails if there is no such process.
start_time() {
  local stat fields
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  # The name, in parentheses, may hold spaces; what follows it does not.
  read -ra fields <<<"${stat##*) }"
  [[ ${fields[0]} != Z ]] || return 1
  echo "${fields[19]}"
}

write_pid() {
  echo "$2 $(start_time "$2" || true)" >"$RUN/$1.pid"
}

# Prints the pid of a process that is alive.
running_pid() {
  local pid started
  read -r pid started 2>/dev/null <"$RUN/$1.pid" || return 1
  [[ -n $started && $(start_time "$pid") == "$started" ]] || return 1
  echo "$pid"
}

is_running() { running_pid "$1" >/dev/null; }

# Starts a command in the background, in a session of its own, so that Ctrl-C reaches only ./dev.
spawn() {
  local name=$1
  shift
  [[ ! -f $LOGS/$name.log ]] || mv -f "$LOGS/$name.log" "$LOGS/$name.log.1"
  setsid "$@" </dev/null >"$LOGS/$name.log" 2>&1 9>&- &
  write_pid "$name" $!
  disown $! # the shell need not comment on its end
}

# Waits until the command succeeds. Fails as soon as the process is dead.
await_ready() {
  local name=$1 deadline=$((SECONDS + START_SECONDS_MAX))
  shift
  until timeout 5 "$@" >/dev/null 2>&1 9>&-; do
    is_running "$name" || break
    if ((SECONDS >= deadline)); then
      warn "$name is not ready after $START_SECONDS_MAX s; see $LOGS/$name.log"
      return 1
    fi
    sleep 0.1
  done
  is_running "$name" || {
    explain_death "$name"
    return 1
  }
}

explain_death() {
  warn "$1 died; the last lines of $LOGS/$1.log:"
  tail -n 15 "$LOGS/$1.log" >&2 2>/dev/null || true
}

# Stops a process and waits for its end. Redis writes its log to disk on SIGTERM, the servers drain.
stop_process() {
  local name=$1 pid deadline=$((SECONDS + STOP_SECONDS_MAX))
  if pid=$(running_pid "$name"); then
    say "Stopping $name"
    kill -TERM "$pid" 2>/dev/null || true
    while is_running "$name"; do
      if ((SECONDS >= deadline)); then
        warn "$name did not stop within $STOP_SECONDS_MAX s: killed"
        kill -KILL "$pid" 2>/dev/null || true
        break
      fi
      sleep 0.05
    done
  fi
  rm -f "$RUN/$name.pid"
}

# True when something listens on this port of the loopback interface.
port_taken() {
  (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# Prints the given port if nothing listens on it, or else another, below those that the kernel gives to outgoing
# connections.
free_port() {
  local port=$1
  while port_taken "$port"; do
    port=$((20000 + RANDOM % 12000))
  done
  echo "$port"
}
