#include "polls-service/tally/recorded_elections.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <limits>
#include <map>
#include <sstream>
#include <system_error>
#include <utility>

#include "polls-service/tally/election_builder.h"

namespace caucus::tally::testing {
namespace {

constexpr std::string_view kThisFile = "polls-service/tally/recorded_elections.cc";

std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    if (line.ends_with('\r')) line.pop_back();
    lines.push_back(line);
  }
  return lines;
}

CandidateIndex IndexOf(Election& election, const std::string& name) {
  for (CandidateIndex i = 0; i < election.candidates.size(); ++i) {
    if (election.candidates[i].id == name) return i;
  }
  election.candidates.push_back({.id = name, .name = name});
  return static_cast<CandidateIndex>(election.candidates.size() - 1);
}

}  // namespace

std::optional<std::filesystem::path> ElectionsFolder() {
  std::filesystem::path folder;
  if (const char* shared = std::getenv("CAUCUS_SHARED")) {
    folder = std::filesystem::path(shared) / "elections";
  } else {
    // Bazel shows a test its sources as links into the repository.
    std::error_code error;
    std::filesystem::path repository = std::filesystem::canonical(kThisFile, error);
    for (const auto& part : std::filesystem::path(kThisFile)) {
      if (!part.empty()) repository = repository.parent_path();
    }
    folder = repository.parent_path() / "shared" / "elections";
  }
  if (!std::filesystem::is_directory(folder)) return std::nullopt;
  return folder;
}

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

boost::json::value ReadJson(const std::filesystem::path& path) {
  return boost::json::parse(ReadFile(path));
}

std::vector<std::filesystem::path> FilesIn(const std::filesystem::path& folder,
                                           std::string_view extension) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == extension) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

Election ReadBlt(const std::string& text, uint32_t& seats) {
  std::istringstream stream(text);
  size_t candidates = 0;
  stream >> candidates >> seats;
  Election election;
  election.candidates.resize(candidates);
  for (Ballots ballots; stream >> ballots.count && ballots.count > 0; ballots.ranks.clear()) {
    for (CandidateIndex number = 0; stream >> number && number > 0;) {
      ballots.ranks.push_back({.candidates = {number - 1}});
    }
    election.ballots.push_back(ballots);
  }
  for (Candidate& candidate : election.candidates) {
    stream.ignore(std::numeric_limits<std::streamsize>::max(), '"');
    std::getline(stream, candidate.name, '"');
    const auto is_double_space = [](char a, char b) { return a == ' ' && b == ' '; };
    candidate.name.erase(std::unique(candidate.name.begin(), candidate.name.end(), is_double_space),
                         candidate.name.end());
    candidate.id = candidate.name;
  }
  return election;
}

Election ReadAbif(const std::string& text) {
  Election election;
  std::vector<std::pair<uint64_t, std::string>> lines;
  for (const std::string& line : LinesOf(text)) {
    if (line.starts_with('=')) {
      IndexOf(election, line.substr(1, line.find(':') - 1));
    } else if (!line.empty() && line[0] >= '0' && line[0] <= '9') {
      lines.emplace_back(std::stoull(line), line.substr(line.find(':') + 1));
    }
  }
  for (const auto& [count, text] : lines) {
    Ballots ballots{.count = count, .ranks = {}};
    for (const std::string& equals : SplitAt(text, '>')) {
      Rank rank;
      for (const std::string& name : SplitAt(equals, '=')) {
        rank.candidates.push_back(IndexOf(election, name));
      }
      ballots.ranks.push_back(std::move(rank));
    }
    election.ballots.push_back(std::move(ballots));
  }
  return election;
}

Election ReadDebianSheet(const std::string& text) {
  Election election;
  for (const std::string& line : LinesOf(text)) {
    if (line.find("Option ") != std::string::npos) {
      IndexOf(election, line.substr(line.find(">: ") + 3));
    } else if (line.starts_with("V: ")) {
      std::map<char, Rank> ranks;
      for (CandidateIndex i = 0; i < election.candidates.size(); ++i) {
        if (line[3 + i] != '-') ranks[line[3 + i]].candidates.push_back(i);
      }
      Ballots ballots;
      for (auto& [digit, rank] : ranks) ballots.ranks.push_back(std::move(rank));
      election.ballots.push_back(std::move(ballots));
    }
  }
  return election;
}

}  // namespace caucus::tally::testing
