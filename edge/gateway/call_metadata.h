// What travels with each call to a service, beside the request.

#ifndef EDGE_GATEWAY_CALL_METADATA_H_
#define EDGE_GATEWAY_CALL_METADATA_H_

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace caucus::edge::gateway {

// On whose behalf a call is made. The token is forwarded, because services check every caller
// themselves.
struct Credentials {
  std::string token;  // Empty: none.
  std::string address;
};

// Makes the metadata of calls: `authorization`, `x-forwarded-for`, `x-request-id`, and a W3C
// `traceparent` whose trace id is the request id. Ids are for finding log lines, not secrets.
// Confined to its shard.
class CallMetadata {
 public:
  using Entries = std::vector<std::pair<std::string, std::string>>;

  CallMetadata();

  Entries For(const Credentials& credentials);

 private:
  std::mt19937_64 random_;
};

// Returns the token of an `Authorization: Bearer <token>` value, or nothing.
std::string_view BearerToken(std::string_view authorization);

}  // namespace caucus::edge::gateway

#endif  // EDGE_GATEWAY_CALL_METADATA_H_
