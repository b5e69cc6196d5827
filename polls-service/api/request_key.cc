#include "polls-service/api/request_key.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <openssl/sha.h>

#include <atomic>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"

namespace caucus::polls {
namespace {

constexpr size_t kFingerprintBytes = 8;

std::string Sha256(std::string_view bytes) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size(),
         reinterpret_cast<uint8_t*>(digest.data()));
  return digest;
}

uint64_t FirstBits(std::string_view digest) {
  uint64_t bits = 0;
  for (size_t i = 0; i < kFingerprintBytes; ++i) bits = bits << 8 | static_cast<uint8_t>(digest[i]);
  return bits;
}

}  // namespace

uint64_t FingerprintOf(const google::protobuf::MessageLite& message) {
  std::string bytes = message.GetTypeName();
  bytes.push_back('\0');
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream output(&stream);
    output.SetSerializationDeterministic(true);
    message.SerializeToCodedStream(&output);
  }
  return FirstBits(Sha256(bytes));
}

CreationKey CreationKeyOf(std::string_view request_id, uint64_t fingerprint) {
  if (request_id.empty()) return {};
  std::string digest = Sha256(request_id);
  for (int shift = 56; shift >= 0; shift -= 8) {
    digest.push_back(static_cast<char>(fingerprint >> shift & 0xff));
  }
  return {std::move(digest)};
}

bool CreationKey::IsSameRequest(std::string_view other) const {
  return std::string_view(request_digest).substr(0, SHA256_DIGEST_LENGTH) ==
         other.substr(0, SHA256_DIGEST_LENGTH);
}

IdGenerator CreationKey::Ids(int attempt) const {
  const std::string seed =
      absl::StrCat(request_digest.substr(0, SHA256_DIGEST_LENGTH), attempt, ":");
  const auto draws = std::make_shared<std::atomic<uint64_t>>(0);
  return IdGenerator([seed, draws](absl::Span<uint8_t> bytes) {
    for (size_t i = 0; i < bytes.size();) {
      for (const char byte : Sha256(absl::StrCat(seed, (*draws)++))) {
        if (i < bytes.size()) bytes[i++] = static_cast<uint8_t>(byte);
      }
    }
  });
}

}  // namespace caucus::polls
