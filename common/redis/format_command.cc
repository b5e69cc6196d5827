#include "common/redis/format_command.h"

#include <hiredis/hiredis.h>

#include <cstdlib>
#include <memory>

namespace caucus {

std::string FormatCommand(const std::vector<std::string>& arguments) {
  std::vector<const char*> texts;
  std::vector<size_t> sizes;
  texts.reserve(arguments.size());
  sizes.reserve(arguments.size());
  for (const std::string& argument : arguments) {
    texts.push_back(argument.data());
    sizes.push_back(argument.size());
  }
  char* formatted = nullptr;
  const int size = redisFormatCommandArgv(&formatted, static_cast<int>(arguments.size()),
                                          texts.data(), sizes.data());
  if (size < 0) std::abort();  // Out of memory.
  const std::unique_ptr<char, void (*)(char*)> owned(formatted, redisFreeCommand);
  return std::string(formatted, size);
}

}  // namespace caucus
