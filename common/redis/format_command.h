// A command in RESP.

#ifndef COMMON_REDIS_FORMAT_COMMAND_H_
#define COMMON_REDIS_FORMAT_COMMAND_H_

#include <string>
#include <vector>

namespace caucus {

// Returns the bytes that send `arguments`, the command's name first. Arguments may hold any bytes.
//
// Thread-safe: a free function without state.
std::string FormatCommand(const std::vector<std::string>& arguments);

}  // namespace caucus

#endif  // COMMON_REDIS_FORMAT_COMMAND_H_
