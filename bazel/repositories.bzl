"""Every repository from outside this tree, in one place.

Caucus builds with Debian 12's Bazel 4.2.3 (package bazel-bootstrap) and nothing from the network. Bazel
asks for a handful of repositories that it would otherwise download; here they are Debian's own copies, or,
where Debian's copy does not load in 4.2.3, a few lines of ours. C++ libraries are the system's: see
//third_party.
"""

def caucus_repositories():
    """Declares the repositories that Bazel 4.2.3 would download."""

    # Debian's copies, as they are.
    native.local_repository(
        name = "bazel_skylib",
        path = "/usr/share/bazel/tools/skylib",
    )
    native.local_repository(
        name = "platforms",
        path = "/usr/share/bazel/tools/platforms",
    )
    native.local_repository(
        name = "rules_java",
        path = "/usr/share/bazel/rules/java",
    )
    native.local_repository(
        name = "rules_proto",
        path = "/usr/share/bazel/rules/proto",
    )

    # Debian's rules_cc 0.0.4 needs use_cpp_toolchain, which 4.2.3 lacks: ours re-exports the native rules.
    native.local_repository(
        name = "rules_cc",
        path = "bazel/local/rules_cc",
    )

    # `bazel test` resolves the coverage tools even when no coverage is asked for: a stand-in satisfies it.
    native.local_repository(
        name = "remote_coverage_tools",
        path = "bazel/local/remote_coverage_tools",
    )
