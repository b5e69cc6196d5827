"""A micro benchmark."""

def benchmark(name, srcs, deps = []):
    """Defines a program of Google Benchmark's: `bazel run --config=opt` it, or `./dev bench micro` for all.

    Args:
      name: ends in `_benchmark`.
      srcs: sources with BENCHMARK.
      deps: what they use.
    """
    native.cc_binary(
        name = name,
        testonly = True,
        srcs = srcs,
        tags = ["benchmark"],
        deps = deps + ["//third_party:benchmark_main"],
    )
