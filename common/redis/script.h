// A Lua script for EVALSHA.

#ifndef COMMON_REDIS_SCRIPT_H_
#define COMMON_REDIS_SCRIPT_H_

#include <string>
#include <string_view>

namespace caucus {

// A script's source and the SHA-1 by which Redis knows it.
//
// Immutable.
class Script {
 public:
  explicit Script(std::string_view source);

  const std::string& source() const { return source_; }
  const std::string& sha1() const { return sha1_; }  // 40 small hex digits.

 private:
  std::string source_;
  std::string sha1_;
};

}  // namespace caucus

#endif  // COMMON_REDIS_SCRIPT_H_
