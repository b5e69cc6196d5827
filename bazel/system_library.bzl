"""How our programs link Debian's gRPC, protobuf and abseil."""

def static_when_optimized(libraries):
    """Returns linkopts for Debian libraries: their archives with `--config=opt`, else the shared ones.

    Archives because of the few calls a second that a server usually gets, with cold caches at each: without
    the jumps between shared libraries, with thread-locals of the program's own and denser pages, a call costs polls
    and auth 5 to 10 % less processor time (at 100 calls a second). Not in tests: these link faster so.

    One program must not have both kinds of a library: all of gRPC, protobuf and abseil goes through here. What
    they need in turn, and what security updates should reach (OpenSSL), stays shared.

    Args:
      libraries: names as after `-l`. Their order does not matter.
    """
    return select({
        "//bazel:optimized": ["-Wl,--start-group"] + ["-l:lib%s.a" % library for library in libraries] +
                             ["-Wl,--end-group"],
        "//conditions:default": ["-l" + library for library in libraries],
    })
