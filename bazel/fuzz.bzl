"""A fuzz target, and the test that its seeds still pass."""

def fuzz_target(name, srcs, deps = []):
    """Defines a libFuzzer target, which `./dev test --fuzz` runs, and a test of its seed corpus.

    The seeds are the files in fuzz_corpus/<name>/ of the package. An input that once broke the target becomes one.

    Args:
      name: of the fuzz target; the test is `<name>_corpus_test`.
      srcs: sources with LLVMFuzzerTestOneInput.
      deps: what they use.
    """
    seeds = "fuzz_corpus/" + name
    native.cc_binary(
        name = name,
        testonly = True,
        srcs = srcs,
        linkopts = ["-fsanitize=fuzzer"],
        tags = [
            "fuzz",
            "manual",
        ],
        deps = deps,
    )
    native.cc_test(
        name = name + "_corpus_test",
        size = "small",
        srcs = srcs,
        args = ["%s/%s" % (native.package_name(), seeds)],
        data = native.glob([seeds + "/**"]),
        deps = deps + ["//bazel:run_corpus"],
    )
