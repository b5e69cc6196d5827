# shellcheck shell=bash
# ./dev bench: how fast it is, beside its peers in the same run. Sourced by ./dev.
#
# This builds and installs; what is run, and how it is reported, is in tools/bench.

readonly BENCH=$STATE/bench
readonly PEERS_FOLDER=$BENCH/peers
readonly BENCH_TARGETS=(//auth-service/main:auth_main //polls-service/main:polls_main //edge/main:edge_main
  //proto:polls_descriptor //tests/load:all)

cmd_bench() {
  install_node
  case " $* " in
    *' --list '*) exec node "$ROOT/tools/bench/main.mjs" --list ;;
    *' --help '* | *' -h '*) bench_usage && return ;;
  esac
  install_packages build run bench
  mkdir -p "$BENCH"
  (cd "$ROOT" && bazel build --config=opt "${BENCH_TARGETS[@]}") || die "the build failed"
  build_micro_benchmarks
  build_siobench
  install_npm "$ROOT/tests/load/peers/node_grpc"
  install_npm "$ROOT/tests/load/peers/node_token"
  install_npm "$ROOT/tests/load/peers/polls_nest"
  BENCH_ROOT=$ROOT BENCH_BIN=$(bazel_bin --config=opt) BENCH_WORK=$BENCH BENCH_SIOBENCH=$SIOBENCH BENCH_RAW=$RAW_PEER \
    BENCH_SIOBENCH_VERSION=$SIOBENCH_VERSION BENCH_PEERS=$PEERS_FOLDER BENCH_MICRO=$MICRO_BENCHMARKS \
    node "$ROOT/tools/bench/main.mjs" "$@"
}

bench_usage() {
  cat <<'HELP'
usage: ./dev bench [ROW...] [OPTION...]

Measures all rows, and writes docs/performance.md; or some rows, and prints them. `scaling` stands for all rows that
begin with it and a dash.

  --list          the rows
  --write         write the given rows into docs/performance.md, too
  --rounds N      rounds that medians are taken of (3)
  --duration S    seconds that each run counts (4)
  --all-peers     also the peers that only a full report shows
  --no-wait       do not wait for a quiet machine
  --report        write the page again from docs/performance.json
HELP
}

# All targets with the tag benchmark. Sets MICRO_BENCHMARKS to their files below Bazel's folder, one a line.
build_micro_benchmarks() {
  local targets
  mapfile -t targets < <(cd "$ROOT" && bazel query --noshow_progress 'attr(tags, benchmark, //...)' 2>/dev/null)
  MICRO_BENCHMARKS=
  ((${#targets[@]} > 0)) || return 0
  (cd "$ROOT" && bazel build --config=opt "${targets[@]}") || die "the build failed"
  MICRO_BENCHMARKS=$(printf '%s\n' "${targets[@]}" | sed 's,^//,,; s,:,/,')
}

# The load generator and its peers, which stand beside the checkout. Sets SIOBENCH and RAW_PEER, empty where it does not,
# and SIOBENCH_VERSION.
build_siobench() {
  local tool=${CAUCUS_SHARED:-$ROOT/../shared}/tools/siobench
  SIOBENCH='' RAW_PEER='' SIOBENCH_VERSION='absent'
  [[ -f $tool/Makefile ]] || {
    warn "bench: there is no $tool: the rows that need it are skipped; CAUCUS_SHARED names another folder"
    return
  }
  mkdir -p "$BENCH/bin" "$PEERS_FOLDER"
  make -s -C "$tool" BIN="$BENCH/bin" || die "siobench does not build"
  SIOBENCH=$BENCH/bin/siobench RAW_PEER=$BENCH/bin/raw-peer
  SIOBENCH_VERSION=sha256:$(sha256sum "$tool/siobench.cpp" | cut -c 1-12)
  local npm=(npm install --no-package-lock --no-audit --no-fund --loglevel=error)
  install_siobench_peer "$tool" node "${npm[@]}" || die "the peer node cannot be installed"
  cp "$tool/peers/node/server.js" "$PEERS_FOLDER/node/"
  install_siobench_peer "$tool" eiows bash -c "${npm[*]} --ignore-scripts && node build-notls.mjs" ||
    warn "bench: eiows does not build here, and is left out"
  install_siobench_peer "$tool" nest bash -c "${npm[*]} && npx tsc -p ." ||
    warn "bench: the NestJS gateway does not build here, and is left out"
  [[ ! -d $PEERS_FOLDER/eiows ]] || cp "$tool/peers/node/server.js" "$PEERS_FOLDER/eiows/"
}

# Copies the peer $2 and runs the commands that follow in the copy, unless that has been done for this package.json. A peer
# that fails is removed.
install_siobench_peer() {
  local source=$1/peers/$2 folder=$PEERS_FOLDER/$2
  shift 2
  cmp -s "$source/package.json" "$folder/.installed" && return
  say "Installing ${folder##*/} for the benchmarks"
  rm -rf "$folder"
  cp -r "$source" "$folder"
  if ! (cd "$folder" && "$@") </dev/null >"$folder.log" 2>&1; then
    tail -n 5 "$folder.log" >&2
    rm -rf "$folder"
    return 1
  fi
  cp "$source/package.json" "$folder/.installed"
}
