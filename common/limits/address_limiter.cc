#include "common/limits/address_limiter.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <chrono>
#include <cstring>

#include "absl/time/time.h"

namespace caucus {
namespace {

constexpr size_t kNetworkBytes = 8;

std::string KeyOf(std::string_view address) {
  const std::string text(address);
  in6_addr v6;
  if (inet_pton(AF_INET6, text.c_str(), &v6) != 1 || IN6_IS_ADDR_V4MAPPED(&v6)) return text;
  return std::string(reinterpret_cast<const char*>(v6.s6_addr), kNetworkBytes);
}

}  // namespace

bool AddressLimiter::Take(std::string_view address) {
  absl::MutexLock lock(&mutex_);
  return Bucket(KeyOf(address)).Take(limit_, Now());
}

bool AddressLimiter::HasRoom(std::string_view address) {
  absl::MutexLock lock(&mutex_);
  const auto found = places_.find(KeyOf(address));
  return found == places_.end() || found->second->second.HasRoom(limit_, Now());
}

void AddressLimiter::Charge(std::string_view address) {
  absl::MutexLock lock(&mutex_);
  Bucket(KeyOf(address)).Charge(limit_, Now());
}

size_t AddressLimiter::size() const {
  absl::MutexLock lock(&mutex_);
  return entries_.size();
}

TokenBucket& AddressLimiter::Bucket(std::string key) {
  const auto found = places_.find(key);
  if (found != places_.end()) {
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->second;
  }
  if (entries_.size() >= addresses_max_) {
    places_.erase(entries_.back().first);
    entries_.pop_back();
  }
  entries_.emplace_front(key, TokenBucket());
  places_[std::move(key)] = entries_.begin();
  return entries_.front().second;
}

TokenBucket::Time AddressLimiter::Now() const {
  return TokenBucket::Time(std::chrono::nanoseconds(absl::ToUnixNanos(clock_.Now())));
}

}  // namespace caucus
