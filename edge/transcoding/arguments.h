// What an event or an ack carries towards a client.

#ifndef EDGE_TRANSCODING_ARGUMENTS_H_
#define EDGE_TRANSCODING_ARGUMENTS_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace caucus::edge::transcoding {

// Clients refuse packets with more.
inline constexpr size_t kAttachmentsMax = 10;

// How deep the JSON of a service may nest.
inline constexpr size_t kArgumentsDepthMax = 64;

// Thread-compatible.
struct Arguments {
  // A JSON array, `[...]`; empty: no arguments.
  std::string json;
  // Attachment i is what `{"_placeholder":true,"num":i}` in the JSON stands for.
  std::vector<std::string> attachments;
};

// Checks arguments that a service wrote itself, and returns their JSON without white space before
// it: a packet for a client can be made of it. Thread-safe.
//   kInternal    `json` is neither empty nor a JSON array, nests too deep, or has a placeholder
//                that none of the attachments is for; there are too many attachments; or there
//                are any, and an object has more members than JsonLimits allows.
absl::StatusOr<std::string_view> CheckArguments(std::string_view json, size_t attachments);

}  // namespace caucus::edge::transcoding

#endif  // EDGE_TRANSCODING_ARGUMENTS_H_
