"""Our proto rule: one protoc call makes the C++ sources, the gRPC stubs and the descriptor set."""

def caucus_proto_library(name, srcs, deps = [], grpc = False, visibility = None):
    """Compiles the .proto files of one package.

    C++ includes them by their path below proto/, as protoc does: "caucus/polls/v1/poll.pb.h".

    Args:
      name: the cc_library. `<name>_descriptor` is the FileDescriptorSet with every import and its comments.
      srcs: .proto files of this package.
      deps: other caucus_proto_library targets, by name.
      grpc: whether services become stubs as well.
      visibility: who may use it.
    """
    native.filegroup(
        name = name + "_protos",
        srcs = srcs + [dep + "_protos" for dep in deps],
        visibility = ["//visibility:public"],
    )
    stems = [src[:-len(".proto")] for src in srcs]
    headers = [stem + ".pb.h" for stem in stems]
    sources = [stem + ".pb.cc" for stem in stems]
    if grpc:
        headers += [stem + ".grpc.pb.h" for stem in stems]
        sources += [stem + ".grpc.pb.cc" for stem in stems]
    native.genrule(
        name = name + "_gen",
        srcs = [":" + name + "_protos"],
        outs = headers + sources + [name + ".descriptor"],
        cmd = " ".join([
            "protoc --proto_path=proto --cpp_out=$(BINDIR)/proto",
            "--plugin=protoc-gen-grpc=/usr/bin/grpc_cpp_plugin --grpc_out=$(BINDIR)/proto" if grpc else "",
            "--include_imports --include_source_info",
            "--descriptor_set_out=$(BINDIR)/%s/%s.descriptor" % (native.package_name(), name),
        ] + ["%s/%s" % (native.package_name(), src) for src in srcs]),
        message = "Compiling protos of",
    )
    native.filegroup(
        name = name + "_descriptor",
        srcs = [name + ".descriptor"],
        visibility = visibility,
    )
    native.cc_library(
        name = name,
        srcs = sources,
        hdrs = headers,
        copts = ["-w"],
        strip_include_prefix = "/proto",
        visibility = visibility,
        deps = deps + ["//third_party:protobuf"] + (["//third_party:grpcpp"] if grpc else []),
    )
