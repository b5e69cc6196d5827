#include "edge/transcoding/test_descriptors.h"

#include <gtest/gtest.h>

#include <fstream>

namespace caucus::edge::transcoding {

google::protobuf::FileDescriptorSet ReadDescriptorSet(const std::string& path) {
  google::protobuf::FileDescriptorSet files;
  std::ifstream stream(path, std::ios::binary);
  EXPECT_TRUE(stream && files.ParseFromIstream(&stream)) << path;
  return files;
}

std::unique_ptr<google::protobuf::DescriptorPool> MakePool(
    const google::protobuf::FileDescriptorSet& files) {
  auto pool = std::make_unique<google::protobuf::DescriptorPool>();
  for (const auto& file : files.file()) {
    EXPECT_NE(pool->BuildFile(file), nullptr) << file.name();
  }
  return pool;
}

}  // namespace caucus::edge::transcoding
