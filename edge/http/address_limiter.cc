#include "edge/http/address_limiter.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>

namespace caucus::edge::http {

AddressLimiter::Key AddressLimiter::KeyOf(const std::string& address) {
  in_addr v4 = {};
  if (inet_pton(AF_INET, address.c_str(), &v4) == 1) return {false, v4.s_addr};
  // A link-local address names its interface behind `%`.
  in6_addr v6 = {};
  if (inet_pton(AF_INET6, address.substr(0, address.find('%')).c_str(), &v6) != 1) {
    return {false, 0};
  }
  if (IN6_IS_ADDR_V4MAPPED(&v6)) {
    uint32_t mapped = 0;
    std::memcpy(&mapped, &v6.s6_addr[12], sizeof mapped);
    return {false, mapped};
  }
  uint64_t network = 0;
  std::memcpy(&network, &v6.s6_addr[0], sizeof network);
  return {true, network};
}

std::optional<AddressLimiter::Slot> AddressLimiter::Acquire(const std::string& address) {
  if (connections_max_ == 0) return Slot(nullptr, {});
  const Key key = KeyOf(address);
  const absl::MutexLock lock(&mutex_);
  size_t& count = counts_[key];
  if (count >= connections_max_) return std::nullopt;
  ++count;
  return Slot(this, key);
}

void AddressLimiter::Release(Key key) {
  const absl::MutexLock lock(&mutex_);
  const auto found = counts_.find(key);
  if (--found->second == 0) counts_.erase(found);
}

}  // namespace caucus::edge::http
