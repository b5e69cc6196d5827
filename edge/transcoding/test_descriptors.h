// The compiled protos that tests read.
//
// Thread-safe: free functions without state.

#ifndef EDGE_TRANSCODING_TEST_DESCRIPTORS_H_
#define EDGE_TRANSCODING_TEST_DESCRIPTORS_H_

#include <memory>
#include <string>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"

namespace caucus::edge::transcoding {

inline constexpr char kTestDescriptors[] = "edge/transcoding/testdata.descriptor";

// Returns the set in a file of the test's data; an empty one, and a failed test, if there is none.
google::protobuf::FileDescriptorSet ReadDescriptorSet(const std::string& path);

// Returns a pool with every file of the set.
std::unique_ptr<google::protobuf::DescriptorPool> MakePool(
    const google::protobuf::FileDescriptorSet& files);

}  // namespace caucus::edge::transcoding

#endif  // EDGE_TRANSCODING_TEST_DESCRIPTORS_H_
