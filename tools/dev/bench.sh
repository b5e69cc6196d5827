# shellcheck shell=bash
# ./dev bench: how fast it is, beside the bare machinery in the same run. Sourced by ./dev.
#
# The servers are optimised builds of this checkout with data of their own in .caucus/bench. Rounds are
# interleaved, and medians are printed, because machines are noisy: only ratios of one run mean anything.

readonly BENCH=$STATE/bench
readonly BENCH_PROCESSES=(bench-redis bench-auth bench-polls)
readonly BENCH_ROUNDS=3

cmd_bench() {
  local what=${1:-}
  case $what in
    polls) bench_polls ;;
    *) die "bench: there is: polls" ;;
  esac
}

# Commits per second of polls-service on one hot poll and on 1,000, beside redis-benchmark of its append script.
bench_polls() {
  install_packages build run
  mkdir -p "$RUN" "$LOGS"
  (cd "$ROOT" && bazel build --config=opt //auth-service/main:auth_main //polls-service/main:polls_main \
    //tests/load:polls_load) || die "the build failed"
  trap stop_bench EXIT
  trap 'exit 130' INT TERM HUP
  rm -rf "$BENCH"
  (umask 077 && mkdir -p "$BENCH/redis" "$BENCH/auth")
  start_bench

  local round
  for ((round = 1; round <= BENCH_ROUNDS; ++round)); do
    say "Round $round of $BENCH_ROUNDS"
    bench_load hot --polls 1 --callers 64
    bench_load hot-256 --polls 1 --callers 256
    bench_load many --polls 1000 --callers 256
    bench_script script 64
    bench_script script-256 256
  done
  print_bench_polls
}

start_bench() {
  local bin redis=$RUN/bench-redis.sock auth polls
  bin=$(bazel_bin --config=opt)
  rm -f "$redis"
  spawn bench-redis redis-server --port 0 --unixsocket "$redis" --unixsocketperm 700 --dir "$BENCH/redis" \
    --appendonly yes --appendfsync always --maxmemory-policy noeviction --save ""
  await_ready bench-redis redis-cli -s "$redis" ping
  auth=127.0.0.1:$(free_port 50061)
  spawn bench-auth "$bin/auth-service/main/auth_main" --listen "$auth" --data_dir "$BENCH/auth" \
    --service_key_file "$BENCH/auth/service.key"
  await_ready bench-auth "$bin/auth-service/main/auth_main" --healthcheck --listen "$auth"
  polls=127.0.0.1:$(free_port 50062)
  spawn bench-polls "$bin/polls-service/main/polls_main" --listen "$polls" --redis "$redis" --auth "$auth" \
    --auth_service_key_file "$BENCH/auth/service.key" --polls_per_minute 0 --joins_per_minute 0 --changes_per_minute 0
  await_ready bench-polls "$bin/polls-service/main/polls_main" --healthcheck --listen "$polls"
  BENCH_TARGET=$polls
  BENCH_LOAD=$bin/tests/load/polls_load
}

stop_bench() {
  trap '' INT TERM HUP
  local i
  for ((i = ${#BENCH_PROCESSES[@]} - 1; i >= 0; i--)); do
    stop_process "${BENCH_PROCESSES[i]}" >/dev/null
  done
}

# Appends a JSON line of results to .caucus/bench/NAME.
bench_load() {
  local name=$1
  shift
  "$BENCH_LOAD" --target "$BENCH_TARGET" "$@" >>"$BENCH/$name" || die "the load generator failed"
}

# The script alone: each call begins a log of its own, with a payload like a vote's.
bench_script() {
  local name=$1 clients=$2 socket=$RUN/bench-redis.sock sha payload expire
  sha=$(redis-cli -s "$socket" -x script load <"$ROOT/polls-service/log/scripts/append.lua")
  payload=$(printf 'x%.0s' {1..70})
  expire=$((($(date +%s) + 600) * 1000))
  redis-benchmark -s "$socket" -c "$clients" -n 100000 -r 1000000000 --csv \
    evalsha "$sha" 2 'poll:{__rand_int__}:log' 'poll:{__rand_int__}:snapshot' 0 1 commit-id-of-usual-size "$payload" \
    "$expire" 'poll:{__rand_int__}:changes' '' 2>/dev/null | tail -n 1 |
    awk -F '","' '{ printf "{\"commits_per_second\": %d, \"p50_ms\": %s, \"p99_ms\": %s}\n", $2, $5, $7 }' \
      >>"$BENCH/$name"
}

# Prints the median of a field over the rounds.
bench_median() {
  sed -n "s/.*\"$2\": \([0-9.]*\).*/\1/p" "$BENCH/$1" | sort -g | sed -n "$(((BENCH_ROUNDS + 1) / 2))p"
}

print_bench_polls() {
  printf '\n%-46s %10s %10s %9s %9s\n' "medians of $BENCH_ROUNDS rounds" votes/s commits/s 'p50 ms' 'p99 ms'
  local name text
  while IFS='|' read -r name text; do
    printf '%-46s %10s %10s %9s %9s\n' "$text" "$(bench_median "$name" votes_per_second)" \
      "$(bench_median "$name" commits_per_second)" "$(bench_median "$name" p50_ms)" "$(bench_median "$name" p99_ms)"
  done <<'ROWS'
hot|one poll, 64 callers
hot-256|one poll, 256 callers
many|1,000 polls, 256 callers
script|redis-benchmark of the append script, 64
script-256|redis-benchmark of the append script, 256
ROWS
  awk -v hot="$(bench_median hot-256 votes_per_second)" -v many="$(bench_median many commits_per_second)" \
    -v script="$(bench_median script-256 commits_per_second)" 'BEGIN {
      printf "\nAs a share of the bare script, 256: votes on one poll %.2f, commits on 1,000 polls %.2f\n",
        hot / script, many / script }'
}
