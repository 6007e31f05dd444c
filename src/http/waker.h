// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>
#include <memory>
#include <utility>

namespace astyq::http {

// Resumes a coroutine on its own executor, whichever thread calls the result. At most once.
template <typename Handler>
auto waker(Handler handler, boost::asio::any_io_executor executor) {
  auto resume = std::make_shared<Handler>(std::move(handler));
  return [resume, executor = std::move(executor)] {
    boost::asio::post(executor, [resume]() mutable { std::move (*resume)(); });
  };
}

}  // namespace astyq::http
