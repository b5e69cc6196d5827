// The only place where the names of Asio are shortened.

#ifndef EDGE_EVENT_LOOP_NET_H_
#define EDGE_EVENT_LOOP_NET_H_

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/error_code.hpp>

namespace caucus::edge {

namespace net = boost::asio;
using tcp = boost::asio::ip::tcp;
using ErrorCode = boost::system::error_code;

}  // namespace caucus::edge

#endif  // EDGE_EVENT_LOOP_NET_H_
