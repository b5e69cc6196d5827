// caucus-tally: counts the ballots in a file. See docs/caucus-tally.md.

#include <fstream>
#include <iostream>
#include <istream>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/config/flags.h"
#include "common/status/status_macros.h"
#include "polls-service/ballot_files/ballot_file.h"
#include "polls-service/ballot_files/count_json.h"
#include "polls-service/ballot_files/count_table.h"
#include "polls-service/caucus_tally/command_line.h"
#include "polls-service/caucus_tally/input_format.h"
#include "polls-service/caucus_tally/rule_flags.h"
#include "polls-service/tally/count_election.h"

ABSL_FLAG(std::string, input, "auto", "format of the file: blt, abif, json or auto");
ABSL_FLAG(std::string, output, "table", "what is written: table, json or rctab");

namespace caucus::tally {
namespace {

enum ExitCode { kCounted = 0, kCannotCount = 1, kBadFlags = 2 };

// Returns all of the stream, or the first kFileBytesMax + 1 bytes, which no parser takes.
std::string ReadAll(std::istream& stream) {
  std::string content;
  char buffer[1 << 16];
  while (content.size() <= kFileBytesMax && stream) {
    stream.read(buffer, sizeof(buffer));
    content.append(buffer, static_cast<size_t>(stream.gcount()));
  }
  return content;
}

absl::StatusOr<std::string> ReadInput(const std::string& path) {
  if (path == "-") return ReadAll(std::cin);
  std::ifstream file(path, std::ios::binary);
  std::string content;
  if (file) content = ReadAll(file);
  if (!file.eof() && content.size() <= kFileBytesMax) {
    return absl::NotFoundError("the file cannot be read");
  }
  return content;
}

absl::Status CheckFlags() {
  RETURN_IF_ERROR(CheckRuleFlags());
  if (!InputFormatNamed(absl::GetFlag(FLAGS_input))) {
    return absl::InvalidArgumentError("--input: it must be one of: blt, abif, json, auto");
  }
  const std::string output = absl::GetFlag(FLAGS_output);
  if (output == "table" || output == "json" || output == "rctab") return absl::OkStatus();
  return absl::InvalidArgumentError("--output: it must be one of: table, json, rctab");
}

absl::StatusOr<std::string> CountFile(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string content, ReadInput(path));
  InputFormat format = InputFormatNamed(absl::GetFlag(FLAGS_input)).value();
  if (format == InputFormat::kAuto) format = GuessFormat(path, content);
  ASSIGN_OR_RETURN(const BallotFile file, ParseAs(format, content));
  ASSIGN_OR_RETURN(const Rules rules, RulesByFlags(file));
  ASSIGN_OR_RETURN(const Count count, CountElection(file.election, rules));
  const std::string output = absl::GetFlag(FLAGS_output);
  if (output == "json") return WriteCountJson(file.election, rules, count);
  if (output == "rctab") return WriteRctabReport(file.election, rules, count);
  return WriteCountTable(file.election, rules, count);
}

int Run(const std::vector<std::string>& words) {
  absl::Status status = SetFlagsFromEnvironment();
  absl::StatusOr<CommandLine> command_line = ParseCommandLine(words);
  if (status.ok()) status = command_line.status();
  if (status.ok() && command_line->wants_help) {
    std::cout << "usage: caucus-tally [flags] FILE\n\nCounts the ballots in FILE, or, if it is "
                 "\"-\", those that it is given on its input.\n\n"
              << HelpOnFlags();
    return kCounted;
  }
  if (status.ok()) status = CheckFlags();
  if (status.ok() && command_line->arguments.size() != 1) {
    status = absl::InvalidArgumentError("it takes one file, or \"-\" for its input");
  }
  if (!status.ok()) {
    std::cerr << "caucus-tally: " << status.message() << "; see --help\n";
    return kBadFlags;
  }
  const std::string& path = command_line->arguments.front();
  const absl::StatusOr<std::string> text = CountFile(path);
  if (!text.ok()) {
    std::cerr << (path == "-" ? "standard input" : path) << ": " << text.status().message() << "\n";
    return kCannotCount;
  }
  std::cout << *text << std::flush;
  return std::cout ? kCounted : kCannotCount;
}

}  // namespace
}  // namespace caucus::tally

// What may throw is out of memory.
// NOLINTNEXTLINE(bugprone-exception-escape)
int main(int argc, char** argv) {
  return caucus::tally::Run(std::vector<std::string>(argv + 1, argv + argc));
}
