#include "edge/main/shard_server.h"

#include <utility>

namespace caucus::edge {

ShardServer::ShardServer(transport::Shard& shard, size_t shard_count, const ServerOptions& options,
                         const gateway::GatewayServices& services,
                         gateway::HttpGateway::ReadinessCheck readiness,
                         PostToServer post_to_server)
    : shard_(shard),
      options_(options),
      gateway_(
          shard.index(), shard, [&shard] { return shard.ids().Next(); }, services),
      http_gateway_(shard, services, gateway_.calls(), std::move(readiness)),
      endpoint_(
          shard, shard_count, options.engine,
          [this, &limits = services.limits](
              engineio::Session& session,
              std::shared_ptr<const engineio::HandshakeInfo> handshake) {
            return std::make_unique<socketio::Client>(session, gateway_, options_.client, limits,
                                                      std::move(handshake));
          },
          *this,
          [post = std::move(post_to_server)](size_t target, transport::HttpHandOver hand_over) {
            // A function object must be copyable, which a connection's state need not be.
            auto shared = std::make_shared<transport::HttpHandOver>(std::move(hand_over));
            post(target, [shared](ShardServer& server) { server.Resume(std::move(*shared)); });
          }) {}

void ShardServer::Serve(AcceptedSocket accepted) {
  std::make_shared<transport::HttpConnection>(shard_, std::move(accepted), endpoint_, options_.http)
      ->Start();
}

void ShardServer::StartDraining() {
  endpoint_.RefuseNewSessions();
  for (const auto& connection : shard_.Connections()) {
    connection->Close(engineio::CloseReason::kServerShuttingDown);
  }
}

EdgeStock ShardServer::Stock() const {
  const gateway::GatewayStock held = gateway_.Stock();
  EdgeStock stock = {
      .sockets = held.sockets, .rooms = held.rooms, .feeds = held.feeds, .events = held.events};
  shard_.ForEachConnection([&stock](const transport::EngineConnection& connection) {
    const bool polling = connection.session().transport() == engineio::Transport::kPolling;
    ++(polling ? stock.polling_sessions : stock.websocket_sessions);
    stock.send_queue_bytes += connection.session().queue_bytes();
  });
  return stock;
}

void ShardServer::OnRequest(const std::shared_ptr<transport::HttpConnection>& connection) {
  if (options_.static_files != nullptr) {
    const auto file = options_.static_files->AnswerPath(connection->request());
    if (file) return connection->Respond(*file);
  }
  http_gateway_.OnRequest(connection->request(), [connection](const http::Response& response) {
    connection->Respond(response);
  });
}

void ShardServer::Resume(transport::HttpHandOver hand_over) {
  AcceptedSocket accepted = {.socket = TcpSocket(shard_.loop(), hand_over.native_socket),
                             .address = std::move(hand_over.address)};
  std::make_shared<transport::HttpConnection>(shard_, std::move(accepted), endpoint_, options_.http)
      ->Resume(std::move(hand_over));
}

}  // namespace caucus::edge
