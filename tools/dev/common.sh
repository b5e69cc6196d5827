# shellcheck shell=bash
# Talking to the person, installing packages, and Bazel. Sourced by ./dev, which sets ROOT and STATE.

# A terminal that is gone must not keep a shutdown from finishing: its errors are ignored.
say() { printf '%s\n' "$*" 2>/dev/null || true; }
warn() { printf 'dev: %s\n' "$*" >&2 2>/dev/null || true; }
die() {
  warn "$*"
  exit 1
}

# Fails unless $2 is a whole number; $1 names the option it was given to.
require_number() {
  [[ ${2:-} =~ ^[0-9]{1,5}$ ]] || die "$1 wants a number"
}

# Prints what is not installed of the lists tools/packages/$1.txt, $2.txt, ...
missing_packages() {
  local wanted installed
  wanted=$(printf "$ROOT/tools/packages/%s.txt\n" "$@" | xargs -d '\n' sed 's/#.*//; /^ *$/d' | sort -u)
  # Unknown packages make dpkg-query fail, and are missing just so.
  # shellcheck disable=SC2086
  installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' $wanted 2>/dev/null |
    sed -n 's/ installed$//p' | sort -u || true)
  comm -23 <(echo "$wanted") <(echo "$installed")
}

# Installs the packages that are missing of these lists; neither apt nor sudo is called when none is.
install_packages() {
  command -v dpkg-query >/dev/null || die "this is not Debian: Caucus builds on Debian 12"
  local missing
  mapfile -t missing < <(missing_packages "$@")
  apt_install "${missing[@]}"
}

# Node 18 or later, from wherever; Debian's when there is none.
install_node() {
  local major
  major=$(node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/' || true)
  ((${major:-0} >= 18)) && command -v npm >/dev/null && return
  apt_install nodejs npm
}

apt_install() {
  (($# > 0)) || return 0
  local as_root=()
  if ((EUID != 0)); then
    command -v sudo >/dev/null || die "these packages are missing, and there is no sudo to install them: $*"
    as_root=(sudo)
  fi
  say "Installing with apt-get: $*"
  "${as_root[@]}" apt-get update -qq || die "apt-get update failed"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" \
    </dev/null || die "apt-get could not install them; Caucus needs Debian 12 (bookworm)"
}

# Installs the npm packages of a folder when its lock file has changed since.
install_npm() {
  local folder=$1
  local stamp=$folder/node_modules/.caucus-lock
  cmp -s "$folder/package-lock.json" "$stamp" && return
  say "npm ci in ${folder#"$ROOT/"}"
  (cd "$folder" && npm ci --no-audit --no-fund --loglevel=error </dev/null) ||
    die "npm ci failed in $folder"
  mkdir -p "$folder/node_modules" # a folder without packages has none
  cp "$folder/package-lock.json" "$stamp"
}

# The published client, which the edge serves to browsers.
install_client_bundle() {
  install_node
  install_npm "$ROOT/edge/client_bundle"
}

# Bazel takes labels relative to where the person stands, as long as that is inside this checkout.
cmd_bazel() {
  install_packages build
  [[ $PWD/ == "$ROOT"/* ]] || cd "$ROOT" || exit
  bazel "$@"
}

# Prints the folder of what Bazel builds with these options, as an absolute path.
bazel_bin() {
  (cd "$ROOT" && bazel info "$@" bazel-bin 2>/dev/null)
}
