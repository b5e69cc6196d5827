# shellcheck shell=bash
# ./dev format and ./dev lint. Sourced by ./dev.

readonly LINT=$ROOT/tools/lint
# Newer Bazels load cc_library and sh_test from a rule set; 4.2.3 has them built in.
readonly BUILDIFIER_WARNINGS=-native-cc-binary,-native-cc-library,-native-cc-test,-native-sh-binary,-native-sh-test,-unnamed-macro

cmd_format() {
  install_linters
  case ${1:-} in
    --check) check_format ;;
    '')
      in_tree '*.cc' '*.h' | xargs -0 -r clang-format -i
      build_files | xargs -0 "$LINT/node_modules/.bin/buildifier"
      ;;
    *) die "format: unknown option $1; see ./dev help" ;;
  esac
}

cmd_lint() {
  local tidy=changed failed=()
  case ${1:-} in
    '') ;;
    --all) tidy=all ;;
    --fast) tidy=none ;;
    *) die "lint: unknown option $1; see ./dev help" ;;
  esac
  install_linters
  check_format || failed+=(format)
  check_build_files || failed+=(buildifier)
  check_protos || failed+=(buf)
  check_scripts || failed+=(shellcheck)
  [[ $tidy == none ]] || check_tidy "$tidy" || failed+=(clang-tidy)
  ((${#failed[@]} == 0)) || die "lint failed: ${failed[*]}"
  say "lint: all is well"
}

install_linters() {
  install_packages lint
  install_node
  install_npm "$LINT"
  cd "$ROOT" || exit
}

# Prints the files of the tree that match, each followed by a zero byte; git-ignored files are no part of it.
in_tree() {
  git ls-files -z --cached --others --exclude-standard --deduplicate -- "$@" | while IFS= read -rd '' file; do
    [[ ! -f $file || -L $file ]] || printf '%s\0' "$file"
  done
}

build_files() { in_tree 'BUILD' '*/BUILD' '*BUILD.bazel' '*.bzl' WORKSPACE '*/WORKSPACE'; }

check_format() {
  local ok=0
  in_tree '*.cc' '*.h' | xargs -0 -r clang-format --dry-run --Werror || ok=1
  build_files | xargs -0 "$LINT/node_modules/.bin/buildifier" -mode=check || ok=1
  ((ok == 0)) || warn "the format differs: ./dev format repairs it"
  return "$ok"
}

check_build_files() {
  build_files | xargs -0 "$LINT/node_modules/.bin/buildifier" -mode=check -lint=warn -warnings="$BUILDIFIER_WARNINGS" ||
    {
      warn "BUILD files: repair what buildifier names above"
      return 1
    }
}

check_protos() {
  local buf
  buf=$(compgen -G "$LINT/node_modules/@bufbuild/buf-linux-*/bin/buf" | head -n 1) ||
    die "tools/lint has no buf for this machine"
  "$buf" lint proto || {
    warn "protos: repair what buf names above; rules in proto/buf.yaml"
    return 1
  }
}

check_scripts() {
  in_tree dev '*.sh' .ci/run | xargs -0 shellcheck --external-sources || {
    warn "scripts: repair what shellcheck names above"
    return 1
  }
}

# Takes all or changed: every source, or those that differ from origin/main or are not committed.
check_tidy() {
  local sources generated
  if [[ $1 == all ]]; then
    mapfile -d '' sources < <(in_tree '*.cc')
  else
    mapfile -t sources < <(changed_sources)
  fi
  ((${#sources[@]} > 0)) || return 0
  say "clang-tidy of ${#sources[@]} files"
  install_packages build test
  mapfile -t generated < <(bazel query --noshow_progress 'kind(genrule, //...)')
  bazel build "${generated[@]}" || die "the generated headers cannot be made"
  printf '%s\0' "${sources[@]}" |
    xargs -0 -n 1 -P "$(nproc)" "$ROOT/tools/lint/clang_tidy.sh" "$(bazel_bin)" || {
    warn "clang-tidy: repair what it names above; rules in .clang-tidy"
    return 1
  }
}

changed_sources() {
  local base
  base=$(git merge-base HEAD origin/main 2>/dev/null || git rev-parse HEAD)
  {
    git diff --name-only --diff-filter=d "$base" -- '*.cc'
    git ls-files --others --exclude-standard -- '*.cc'
  } | sort -u
}
