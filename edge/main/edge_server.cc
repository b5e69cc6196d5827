#include "edge/main/edge_server.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <latch>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/auth/grpc_token_verifier.h"
#include "common/status/status_macros.h"
#include "edge/http/address_limiter.h"
#include "edge/main/rpc_verify_token_caller.h"

namespace caucus::edge {
namespace {

using transcoding::EventTable;
using transcoding::NamespaceRules;

constexpr std::chrono::seconds kDrainTimeout{5};
constexpr std::chrono::milliseconds kDrainCheck{20};

// Verifies nothing: no namespace asks it to.
class NoTokenVerifier final : public TokenVerifier {
 public:
  void Verify(std::string_view, absl::Time, Callback done) override {
    done(absl::UnavailableError("there is no auth-service"));
  }
};

// Who watches the edge must get through when clients have all the connections that they may.
transport::HttpLimits AdminLimits(transport::HttpLimits limits) {
  limits.addresses = std::make_shared<http::AddressLimiter>(0);
  return limits;
}

// An error names `flag`.
absl::Status StartListener(absl::string_view flag, const std::string& address,
                           std::vector<transport::Shard*> shards,
                           std::unique_ptr<transport::Listener>& listener,
                           transport::Listener::OnAccept on_accept) {
  auto created = transport::Listener::Create(address, std::move(shards), std::move(on_accept));
  if (!created.ok()) {
    return absl::Status(created.status().code(),
                        absl::StrCat(flag, ": ", created.status().message()));
  }
  listener = *std::move(created);
  listener->Start();
  return absl::OkStatus();
}

// An error names `flag`.
absl::StatusOr<backend::Target> ParseTargetOf(absl::string_view flag, const std::string& text) {
  absl::StatusOr<backend::Target> target = backend::ParseTarget(text);
  if (target.ok()) return target;
  return absl::Status(target.status().code(), absl::StrCat(flag, ": ", target.status().message()));
}

std::vector<std::string> MethodsOf(const EventTable& table) {
  std::vector<std::string> methods;
  for (const auto& rules : table.namespaces()) {
    if (rules->connect != nullptr) methods.push_back(rules->connect->method());
    if (rules->disconnect != nullptr) methods.push_back(rules->disconnect->method());
    if (rules->heartbeat != nullptr) methods.push_back(rules->heartbeat->method());
    for (const auto& [name, rule] : rules->events) methods.push_back(rule->method());
    if (rules->other_events != nullptr) methods.push_back(rules->other_events->method());
  }
  for (const auto& route : table.http_routes()) methods.push_back(route->method());
  return methods;
}

// What this process adds to what it was configured with.
EdgeOptions Complete(EdgeOptions options, const EventTable& table,
                     const std::shared_ptr<EdgeMetrics>& metrics) {
  options.server.engine.handshake_headers = table.handshake_headers();
  options.server.engine.observer = metrics;
  options.server.engine.limit_observer = metrics;
  options.server.http.observer = metrics;
  return options;
}

bool AsksForTokens(const EventTable& table) {
  return std::any_of(table.namespaces().begin(), table.namespaces().end(),
                     [](const auto& rules) { return rules->auth != transcoding::AuthMode::kNone; });
}

}  // namespace

absl::StatusOr<std::unique_ptr<EdgeServer>> EdgeServer::Start(
    EdgeOptions options, std::unique_ptr<const EventTable> table) {
  if (options.auth.empty() && AsksForTokens(*table)) {
    return absl::InvalidArgumentError("a namespace asks for tokens: auth-service is needed");
  }
  ASSIGN_OR_RETURN(const backend::Target backend, ParseTargetOf("--backend", options.backend));
  std::optional<backend::Target> auth;
  if (!options.auth.empty()) {
    ASSIGN_OR_RETURN(auth, ParseTargetOf("--auth", options.auth));
  }
  std::unique_ptr<EdgeServer> server(
      new EdgeServer(std::move(options), std::move(table), backend, auth));
  server->MakeServers();
  RETURN_IF_ERROR(server->Listen());
  server->Run();
  return server;
}

EdgeServer::EdgeServer(EdgeOptions options, std::unique_ptr<const EventTable> table,
                       const backend::Target& backend, const std::optional<backend::Target>& auth)
    : table_(std::move(table)),
      metrics_(std::make_shared<EdgeMetrics>(MethodsOf(*table_))),
      options_(Complete(std::move(options), *table_, metrics_)),
      admin_limits_(AdminLimits(options_.server.http)) {
  for (size_t i = 0; i < std::clamp<size_t>(options_.shards, 1, 64); ++i) {
    shards_.push_back(std::make_unique<transport::Shard>(static_cast<uint8_t>(i)));
    invokers_.push_back(
        std::make_unique<ShardInvoker>(*shards_.back(), backend, metrics_->calls()));
  }
  transport::Shard& first = *shards_.front();
  heartbeat_invoker_ = std::make_unique<ShardInvoker>(first, backend, metrics_->calls());
  std::vector<backend::RpcInvoker*> services = {&invokers_.front()->direct};
  if (auth) {
    auth_invoker_ = std::make_unique<backend::Http2RpcInvoker>(first.loop(), *auth);
    services.push_back(auth_invoker_.get());
    verifier_ = std::make_unique<GrpcTokenVerifier>(
        std::make_unique<RpcVerifyTokenCaller>(first, *auth_invoker_, clock_), clock_,
        GrpcTokenVerifier::Options());
  } else {
    verifier_ = std::make_unique<NoTokenVerifier>();
  }
  readiness_ = std::make_unique<const Readiness>(first, std::move(services));
}

void EdgeServer::MakeServers() {
  const auto services_of = [this](ShardInvoker& invoker) {
    return gateway::GatewayServices{.table = *table_,
                                    .invoker = invoker.metered,
                                    .verifier = *verifier_,
                                    .mesh = mesh_,
                                    .options = options_.gateway,
                                    .limits = *metrics_};
  };
  const auto post_to_server = [this](size_t target, std::function<void(ShardServer&)> task) {
    shards_[target]->Post(
        [server = servers_[target].get(), task = std::move(task)] { task(*server); });
  };
  for (const auto& shard : shards_) {
    servers_.push_back(std::make_unique<ShardServer>(
        *shard, shards_.size(), options_.server, services_of(*invokers_[shard->index()]),
        [this](std::function<void(absl::Status)> done) { readiness_->Check(std::move(done)); },
        post_to_server));
    mesh_.Add(*shard, servers_.back()->gateway());
  }
  heartbeat_ = std::make_unique<gateway::Heartbeat>(
      0, *shards_.front(), heartbeat_invoker_->metered, services_of(*invokers_.front()));
  admin_ = std::make_unique<AdminHandler>(
      servers_.front()->http_gateway(), [this](std::function<void(std::string)> done) {
        CollectStock([this, done = std::move(done)](const EdgeStock& stock) {
          done(metrics_->Text(stock));
        });
      });
}

absl::Status EdgeServer::Listen() {
  std::vector<transport::Shard*> shards;
  for (const auto& shard : shards_) shards.push_back(shard.get());
  RETURN_IF_ERROR(StartListener("--listen", options_.listen, shards, listener_,
                                [this](transport::Shard& shard, AcceptedSocket accepted) {
                                  servers_[shard.index()]->Serve(std::move(accepted));
                                }));
  if (options_.admin_listen.empty()) return absl::OkStatus();
  return StartListener("--admin_listen", options_.admin_listen, {shards.front()}, admin_listener_,
                       [this](transport::Shard& shard, AcceptedSocket accepted) {
                         std::make_shared<transport::HttpConnection>(shard, std::move(accepted),
                                                                     *admin_, admin_limits_)
                             ->Start();
                       });
}

void EdgeServer::Run() {
  shards_.front()->Post([this] { heartbeat_->Start(); });
  for (const auto& shard : shards_) {
    threads_.emplace_back([&shard = *shard] { shard.Run(); });
  }
}

void EdgeServer::CollectStock(std::function<void(const EdgeStock&)> done) {
  struct Sum {
    size_t left;
    EdgeStock stock;
    std::function<void(const EdgeStock&)> done;
  };
  const auto sum = std::make_shared<Sum>(Sum{.left = shards_.size(), .stock = {}, .done = done});
  for (size_t i = 0; i < shards_.size(); ++i) {
    shards_[i]->Post([this, sum, server = servers_[i].get()] {
      shards_.front()->Post([sum, part = server->Stock()] {
        sum->stock += part;
        if (--sum->left == 0) sum->done(sum->stock);
      });
    });
  }
}

// Returns when every shard has run what was posted to it before.
void EdgeServer::AwaitShards() {
  std::latch passed(static_cast<std::ptrdiff_t>(shards_.size()));
  for (const auto& shard : shards_) shard->Post([&passed] { passed.count_down(); });
  passed.wait();
}

// Ends all sessions, and waits until the services have heard of it. An answer may lead to a further
// call, on a shard that has not run yet: so there must be no call before and after all shards have
// run.
void EdgeServer::Drain() {
  shards_.front()->Post([this] { heartbeat_->Stop(); });
  for (size_t i = 0; i < shards_.size(); ++i) {
    shards_[i]->Post([server = servers_[i].get()] { server->StartDraining(); });
  }
  AwaitShards();
  const auto deadline = std::chrono::steady_clock::now() + kDrainTimeout;
  for (bool idle = false; std::chrono::steady_clock::now() < deadline;) {
    const bool was_idle = std::exchange(
        idle, std::all_of(invokers_.begin(), invokers_.end(),
                          [](const auto& invoker) { return invoker->direct.Idle(); }));
    if (was_idle && idle) return;
    std::this_thread::sleep_for(kDrainCheck);
    AwaitShards();
  }
}

EdgeServer::~EdgeServer() {
  if (!threads_.empty()) {
    shards_.front()->Post([this] {
      listener_->Stop();
      if (admin_listener_ != nullptr) admin_listener_->Stop();
    });
    Drain();
  }
  for (const auto& shard : shards_) shard->Stop();
  for (std::thread& thread : threads_) thread.join();
  for (const auto& shard : shards_) shard->DropConnections();
}

}  // namespace caucus::edge
