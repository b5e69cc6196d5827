#!/usr/bin/env bash
# Builds the images, runs the whole system with docker-compose, and sees that a poll outlives its containers.
#
# Needs (Debian's) docker.io, docker-compose, iptables, curl; with debootstrap the base image is made rather than
# pulled. A Docker engine that does not run is started, and stopped at the end.
set -euo pipefail

ROOT=$(dirname "$(dirname "$(readlink -f "$0")")")
PORT=${CAUCUS_PORT:-$((20000 + RANDOM % 12000))}
URL=http://localhost:$PORT
export CAUCUS_PORT=$PORT COMPOSE_PROJECT_NAME=caucus-try DOCKER_BUILDKIT=0 COMPOSE_DOCKER_CLI_BUILD=0
readonly ROOT PORT URL BASE=debian:bookworm-slim

engine='' # pid of the Docker engine that this script started
scratch=$(mktemp -d)

die() {
  echo "try: $*" >&2
  exit 1
}

compose() { docker-compose --project-directory "$ROOT" -f "$ROOT/docker-compose.yaml" "$@"; }

clean_up() {
  local code=$?
  trap '' INT TERM
  if docker info >/dev/null 2>&1; then
    ((code == 0)) || compose logs --tail 20 || true
    compose down --volumes --remove-orphans || true
  fi
  if [[ -n $engine ]]; then
    kill "$engine" || true
    wait "$engine" || true
  fi
  rm -rf "$scratch"
}

start_engine() {
  docker info >/dev/null 2>&1 && return
  command -v dockerd >/dev/null || die "no Docker engine: apt-get install docker.io docker-compose iptables"
  dockerd >"$scratch/dockerd.log" 2>&1 &
  engine=$!
  local _
  for _ in {1..60}; do
    docker info >/dev/null 2>&1 && return
    sleep 0.5
  done
  tail -n 5 "$scratch/dockerd.log" >&2
  die "the Docker engine does not start"
}

make_base_image() {
  docker image inspect "$BASE" >/dev/null 2>&1 && return
  command -v debootstrap >/dev/null || return 0
  debootstrap --variant=minbase bookworm "$scratch/rootfs" >"$scratch/debootstrap.log"
  # Who trusts further authorities here trusts them in the images' build too.
  mkdir -p "$scratch/rootfs/usr/local/share/ca-certificates"
  find /usr/local/share/ca-certificates -name '*.crt' -exec cp {} "$scratch/rootfs/usr/local/share/ca-certificates/" ';'
  tar -C "$scratch/rootfs" -c . | docker import - "$BASE"
}

# Waits until the edge's container is healthy: the others are before it starts.
await_edge() {
  local _ edge
  edge=$(compose ps -q edge)
  for _ in {1..120}; do
    [[ $(docker inspect -f '{{.State.Health.Status}}' "$edge") == healthy ]] && return
    sleep 0.5
  done
  die "the edge is not ready"
}

# post PATH JSON: prints the answer; fails unless the status is 201.
post() {
  curl -fsS -X POST "$URL$1" -H 'Content-Type: application/json' -d "$2"
}

# field NAME: prints the first string of this name in the JSON on standard input.
field() { grep -o "\"$1\":\"[^\"]*\"" | head -n 1 | cut -d '"' -f 4; }

flow() {
  local poll token
  poll=$(post /polls '{"topic": "Where shall we eat?", "votesPerVoter": 3, "name": "Ada"}')
  token=$(field accessToken <<<"$poll")
  [[ -n $token ]] || die "no token in the answer to POST /polls"
  echo "try: created $(field id <<<"$poll")"

  echo "try: down and up"
  compose down
  compose up -d
  await_edge
  curl -fsS "$URL/socket.io/socket.io.js" | grep 'Socket.IO v4' >/dev/null || die "the client is not served"
  post /polls/rejoin "{\"accessToken\": \"$token\"}" | grep -q 'Where shall we eat' ||
    die "the poll is gone"
  echo "try: the poll outlived its containers"
}

# What holds for each container: an ordinary user, no capability, and a read-only root.
check_confinement() {
  local id facts
  for id in $(compose ps -q); do
    facts=$(docker inspect -f '{{.Config.User}} {{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{.State.Health.Status}}' "$id")
    [[ $facts == '10001:10001 true [ALL] healthy' ]] || die "$(docker inspect -f '{{.Name}}' "$id"): $facts"
  done
}

# The flow that the tests drive through processes, now through containers, with the published client.
people_vote() {
  if ! command -v npm >/dev/null; then
    echo "try: no npm here: the flow with socket.io-client is left out"
    return
  fi
  npm ci --silent --prefix "$ROOT/tests/integration"
  (cd "$ROOT/tests/integration" && CAUCUS_EDGE_URL=$URL node --test flow.test.mjs) || die "the flow failed"
}

trap clean_up EXIT
trap 'exit 130' INT TERM
start_engine
make_base_image
compose build
compose up -d
await_edge
check_confinement
flow
people_vote
echo "try: all is well"
