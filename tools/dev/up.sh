# shellcheck shell=bash
# ./dev up, down, status, logs: the whole system on this machine. Sourced by ./dev.

readonly PROCESSES=(redis auth polls edge) # in the order in which they start; they stop in reverse
readonly ADDRESSES=$RUN/addresses           # what listens where, for ./dev status
readonly UNIX_PATH_BYTES_MAX=107            # sun_path, less its final zero

cmd_up() {
  local detach=no edge_port=8080 edge_options=()
  while (($# > 0)); do
    case $1 in
      -d) detach=yes ;;
      --port) require_number "$1" "${2:-}" && edge_port=$2 && shift ;;
      --shards) require_number "$1" "${2:-}" && edge_options+=(--shards "$2") && shift ;;
      *) die "up: unknown option $1; see ./dev help" ;;
    esac
    shift
  done
  mkdir -p "$RUN" "$LOGS"
  claim_checkout
  ! port_taken "$edge_port" || die "port $edge_port is taken: ./dev up --port N chooses another"
  install_packages build run
  install_client_bundle
  build_for_up

  trap stop_all EXIT
  trap 'exit 130' INT TERM HUP
  start_all "$edge_port" "${edge_options[@]}"
  greet "$edge_port" "$detach"
  if [[ $detach == yes ]]; then
    trap - EXIT INT TERM HUP
    return
  fi
  write_pid up $$
  trap 'exit 0' INT TERM HUP
  supervise
}

# Fails if Caucus runs in this checkout. Holds .caucus/run/lock as file 9 until ./dev ends.
claim_checkout() {
  exec 9>"$RUN/lock"
  flock -n 9 || die "Caucus already runs or starts in this checkout: see ./dev status"
  local name
  for name in "${PROCESSES[@]}"; do
    ! is_running "$name" || die "Caucus already runs in this checkout: see ./dev status, stop it with ./dev down"
  done
}

build_for_up() {
  (cd "$ROOT" && bazel build --config=opt //auth-service/main:auth_main //polls-service/main:polls_main \
    //edge/main:edge_main //proto:polls_descriptor 9>&-) || die "the build failed"
}

start_all() {
  local edge_port=$1 bin auth polls redis=$RUN/redis.sock
  shift
  bin=$(bazel_bin --config=opt)
  (umask 077 && mkdir -p "$STATE/redis" "$STATE/auth")
  ((${#redis} <= UNIX_PATH_BYTES_MAX)) ||
    die "$redis is too long for a Unix socket: move this checkout to a shorter path"
  # By these the processes call one another, for less than by TCP, which is for everybody else.
  local auth_socket=unix:$RUN/auth.sock polls_socket=unix:$RUN/poll.sock

  start_redis "$redis"

  auth=127.0.0.1:$(free_port 50051)
  spawn auth "$bin/auth-service/main/auth_main" --listen "$auth,$auth_socket" --data_dir "$STATE/auth" \
    --service_key_file "$STATE/auth/service.key"
  await_ready auth "$bin/auth-service/main/auth_main" --healthcheck --listen "$auth"

  polls=127.0.0.1:$(free_port 50052)
  spawn polls "$bin/polls-service/main/polls_main" --listen "$polls,$polls_socket" --redis "$redis" \
    --auth "$auth_socket" --auth_service_key_file "$STATE/auth/service.key"
  await_ready polls "$bin/polls-service/main/polls_main" --healthcheck --listen "$polls"

  local edge=127.0.0.1:$edge_port admin
  admin=127.0.0.1:$(free_port 9464)
  spawn edge "$bin/edge/main/edge_main" --listen "$edge" --admin_listen "$admin" --backend "$polls_socket" \
    --auth "$auth_socket" --descriptor_set "$bin/proto/polls.descriptor" \
    --client_dist "$ROOT/edge/client_bundle/node_modules/socket.io-client/dist" "$@"
  await_ready edge "$bin/edge/main/edge_main" --healthcheck --listen "$edge"

  printf '%s %s\n' redis "$redis" auth "$auth" polls "$polls" edge "http://localhost:$edge_port" \
    metrics "http://$admin/metrics" >"$ADDRESSES"
}

# A Redis of our own: every write is on disk before it is answered, and none is ever evicted.
start_redis() {
  rm -f "$1"
  spawn redis redis-server --port 0 --unixsocket "$1" --unixsocketperm 700 --dir "$STATE/redis" \
    --appendonly yes --appendfsync always --maxmemory-policy noeviction --save ""
  await_ready redis redis-cli -s "$1" --no-raw get ready
}

stop_all() {
  trap '' INT TERM HUP
  local i
  for ((i = ${#PROCESSES[@]} - 1; i >= 0; i--)); do
    stop_process "${PROCESSES[i]}"
  done
  rm -f "$RUN/up.pid" "$ADDRESSES"
}

# Returns when a process is dead; a signal ends it, and ./dev, through the trap.
supervise() {
  local name
  while :; do
    for name in "${PROCESSES[@]}"; do
      is_running "$name" || {
        explain_death "$name"
        return 1
      }
    done
    sleep 0.5 9>&- &
    wait $!
  done
}

greet() {
  local url=http://localhost:$1
  cat <<TEXT

Caucus runs. Logs: ./dev logs -f

  HTTP and Socket.IO   $url
  gRPC, polls-service  $(address_of polls)
  gRPC, auth-service   $(address_of auth)
  metrics of the edge  $(address_of metrics)

Create a poll:
  curl -s -X POST $url/polls -H 'Content-Type: application/json' \\
    -d '{"topic": "Where shall we eat?", "votesPerVoter": 3, "name": "Ada"}'

TEXT
  if [[ $2 == yes ]]; then say "./dev down stops it."; else say "Ctrl-C stops it."; fi
}

# Prints where a process listens, while it runs.
address_of() {
  sed -n "s/^$1 //p" "$ADDRESSES" 2>/dev/null || true
}

cmd_down() {
  local pid
  if pid=$(running_pid up); then
    kill -TERM "$pid" 2>/dev/null || true
    while is_running up; do sleep 0.1; done
  fi
  stop_all
  say "Caucus is stopped."
}

# Succeeds if all processes run.
cmd_status() {
  local name pid address down=0
  for name in "${PROCESSES[@]}"; do
    address=$(address_of "$name")
    if pid=$(running_pid "$name"); then
      printf '%-6s running  pid %-8s %s\n' "$name" "$pid" "$address"
    else
      printf '%-6s stopped\n' "$name"
      down=1
    fi
  done
  return "$down"
}

cmd_logs() {
  local follow=() files=() name
  if [[ ${1:-} == -f ]]; then
    follow=(-F)
    shift
  fi
  for name in "${@:-"${PROCESSES[@]}"}"; do
    [[ -f $LOGS/$name.log ]] || die "there is no log of $name yet"
    files+=("$LOGS/$name.log")
  done
  tail -n 50 "${follow[@]}" "${files[@]}"
}
