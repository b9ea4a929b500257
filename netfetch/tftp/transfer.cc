#include "netfetch/tftp/transfer.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/text.h"

namespace kboot {
namespace {

using std::chrono::milliseconds;
using Again = TransferError::Again;

constexpr milliseconds kNextAddress(250);  // RFC 8305, 5
constexpr std::uint16_t kNotDefined = 0;   // RFC 1350's error codes
constexpr std::uint16_t kUnknownTransfer = 5;

/// As RFC 3617 has it: the path without its first slash, and octets are what we want.
std::string file_of(const Url& url) {
  std::string file = url.path();
  file.erase(0, 1);
  constexpr std::string_view kMode = ";mode=octet";
  if (file.ends_with(kMode)) file.resize(file.size() - kMode.size());
  return file;
}

}  // namespace

TftpTransfer::TftpTransfer(const Url& url, const FetchOptions& options, Consumer consumer)
    : options_(options),
      host_(url.host_name()),
      port_(url.port()),
      consumer_(std::move(consumer)),
      reader_(file_of(url), [this](std::string_view bytes) { taken_ += bytes; }),
      next_call_(Deadline::in(milliseconds(0))),
      progress_by_(Deadline::in(options.connect_deadline)) {}

TftpTransfer::~TftpTransfer() {
  if (reader_.done() || !reader_.answered()) return;
  for (Peer& peer : peers_) peer.socket.send(TftpReader::error_datagram(kNotDefined, "enough"), peer.address);
}

void TftpTransfer::ask_for_head(std::size_t /*bytes*/) {
  reader_.expect_little();
}

void TftpTransfer::ask_for_rest(std::uint64_t /*offset*/, const std::string& /*version*/) {
  // TFTP has only whole files; offset() says so.
}

void TftpTransfer::finish() const {
  if (failure_) std::rethrow_exception(failure_);
}

bool TftpTransfer::step() {
  try {
    proceed();
  } catch (...) {
    failure_ = std::current_exception();
  }
  return failure_ || satisfied_ || reader_.done();
}

void TftpTransfer::proceed() {
  if (!addresses_) look_up();
  if (!addresses_) return check_deadlines();

  for (std::size_t i = 0; i < peers_.size(); ++i) receive(i);
  hand_over();
  if (satisfied_ || reader_.done()) return;

  if (!reader_.answered() && !addresses_->empty() && next_call_.expired()) call_next();
  if (!peers_.empty()) {
    const std::string datagram = reader_.wake(TftpReader::Clock::now());
    if (!datagram.empty()) send_to_all(datagram);
  }
  check_deadlines();
}

void TftpTransfer::look_up() {
  if (!lookup_) lookup_ = std::make_unique<NameLookup>(host_, port_);
  const auto answer = lookup_->answer();
  if (!answer) return;
  lookup_.reset();
  if (answer->nobody_answered) fail_unanswered_lookup(host_);
  if (answer->addresses.empty()) fail_transfer(Again::once_begun, "no address for {}", printable(host_));
  addresses_ = answer->addresses;
}

/// Asks at one more of the server's addresses; those that were asked may still answer. An address of a family
/// that this kernel does not have is passed over.
void TftpTransfer::call_next() {
  const SocketAddress address = addresses_->front();
  addresses_->erase(addresses_->begin());
  auto socket = UdpSocket::open(address.family());
  if (!socket) return no_way_to(address, errno);
  next_call_ = Deadline::in(kNextAddress);
  peers_.push_back({std::move(*socket), address});
  // The first is asked by the reader's own first wake().
  if (!request_.empty()) send(peers_.size() - 1, request_);
}

void TftpTransfer::send_to_all(const std::string& datagram) {
  if (!reader_.answered()) request_ = datagram;
  for (std::size_t i = peers_.size(); i-- > 0;) send(i, datagram);
}

void TftpTransfer::send(std::size_t peer, const std::string& datagram) {
  if (const int error = peers_[peer].socket.send(datagram, peers_[peer].address); error != 0)
    unreachable(peer, error);
}

/// Says the kernel.
void TftpTransfer::unreachable(std::size_t peer, int error) {
  const SocketAddress address = peers_[peer].address;
  if (reader_.answered()) {
    // A way that was there may come back: that is the deadline's. A server that has gone does not.
    if (error == ECONNREFUSED) fail_transfer(Again::yes, "{} has stopped sending", address.str());
    return;
  }
  peers_.erase(peers_.begin() + static_cast<std::ptrdiff_t>(peer));
  no_way_to(address, error);
}

/// That address is out. The next one is asked at once; without any the attempt has failed.
void TftpTransfer::no_way_to(const SocketAddress& address, int error) {
  next_call_ = Deadline::in(milliseconds(0));
  if (!peers_.empty() || !addresses_->empty()) return;
  if (error == ECONNREFUSED) fail_transfer(Again::once_begun, "no TFTP server at {}", address.str());
  fail_transfer(Again::once_begun, "connect to {}: {}", address.str(), std::strerror(error));
}

void TftpTransfer::receive(std::size_t peer) {
  const auto taker = [&](std::string_view datagram, const SocketAddress& from) {
    take(peers_[peer], datagram, from);
    return !reader_.done();
  };
  if (const int error = peers_[peer].socket.receive(taker); error != 0) return unreachable(peer, error);
  if (!reader_.answered() || peers_.size() == 1) return;
  // The others were too slow.
  std::swap(peers_.front(), peers_[peer]);
  peers_.erase(peers_.begin() + 1, peers_.end());
}

void TftpTransfer::take(Peer& peer, std::string_view datagram, const SocketAddress& from) {
  if (!from.same_host(peer.address)) return;
  if (reader_.answered() && from != peer.address) {
    // Each repeated request may have begun a transfer of its own, from another port.
    peer.socket.send(TftpReader::error_datagram(kUnknownTransfer, "one is enough"), from);
    return;
  }
  const std::string reply = reader_.take(datagram, TftpReader::Clock::now());
  if (reader_.answered())
    peer.address = from;
  else if (!reply.empty())
    request_ = reply;
  // An error is seen by the next receive(), or by nobody when this was the end.
  if (!reply.empty()) peer.socket.send(reply, peer.address);
}

void TftpTransfer::hand_over() {
  if (size_limit_ != 0 && reader_.size() > size_limit_)
    fail_transfer(Again::never, "too long: there is room for {}", human_size(size_limit_));
  if (taken_.empty()) return;
  satisfied_ = !consumer_(taken_);
  taken_.clear();
}

void TftpTransfer::check_deadlines() {
  if (!reader_.answered()) {
    if (!progress_by_.expired()) return;
    const auto waited = options_.connect_deadline.count();
    if (!addresses_)
      fail_transfer(Again::once_begun, "no answer to the look-up of {} within {} seconds", printable(host_),
                    waited);
    fail_transfer(Again::once_begun, "no answer from {} within {} seconds", server(), waited);
  }
  const std::uint64_t gained = reader_.received() - counted_;
  const auto allowed = options_.stall_deadline;
  if (!had_answered_ || gained >= kLeastRate * static_cast<std::uint64_t>(allowed.count())) {
    had_answered_ = true;
    counted_ = reader_.received();
    progress_by_ = Deadline::in(allowed);
  }
  if (progress_by_.expired()) fail_standing_still(server(), gained > 0, options_, reader_.received());
}

/// By the address that is talked to, or by its name as long as there is none.
std::string TftpTransfer::server() const {
  return peers_.empty() ? printable(host_) : peers_.front().address.str();
}

std::vector<pollfd> TftpTransfer::awaited() const {
  std::vector<pollfd> awaited;
  if (lookup_) awaited.push_back({lookup_->fd(), POLLIN, 0});
  for (const Peer& peer : peers_) awaited.push_back({peer.socket.fd(), POLLIN, 0});
  return awaited;
}

milliseconds TftpTransfer::until_next_step() const {
  milliseconds wait = progress_by_.remaining();
  if (lookup_) return wait;
  if (!peers_.empty()) {
    const auto until_wake = reader_.wake_at() - TftpReader::Clock::now();
    wait = std::min(wait, std::chrono::ceil<milliseconds>(until_wake));
  }
  if (!reader_.answered() && addresses_ && !addresses_->empty())
    wait = std::min(wait, next_call_.remaining());
  return std::max(wait, milliseconds(0));
}

}  // namespace kboot
