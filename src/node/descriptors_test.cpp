// SPDX-License-Identifier: Apache-2.0
#include "node/descriptors.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace astyq::node {
namespace {

class Descriptors : public testing::Test {
 public:
  Descriptors() { getrlimit(RLIMIT_NOFILE, &before_); }
  ~Descriptors() override { setrlimit(RLIMIT_NOFILE, &before_); }

 protected:
  void lower_to(rlim_t soft) {
    const rlimit lowered{soft, before_.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &lowered), 0);
  }
  static rlim_t limit() {
    rlimit now{};
    getrlimit(RLIMIT_NOFILE, &now);
    return now.rlim_cur;
  }

  rlimit before_{};
};

TEST_F(Descriptors, the_limit_is_raised_for_what_is_wanted) {
  lower_to(64);
  const auto fit = connections_that_fit(200);
  ASSERT_TRUE(fit.ok()) << fit.fault().text;
  EXPECT_EQ(*fit, 200u);
  EXPECT_EQ(limit(), 200u + kOwnDescriptors);
  EXPECT_EQ(*connections_that_fit(100), 100u);
  EXPECT_EQ(limit(), 200u + kOwnDescriptors);  // never lowered
}

TEST_F(Descriptors, what_does_not_fit_is_left_out) {
  const auto fit = connections_that_fit(UINT32_MAX);
  ASSERT_TRUE(fit.ok());
  EXPECT_LE(rlim_t{*fit} + kOwnDescriptors, std::max<rlim_t>(limit(), rlim_t{UINT32_MAX}));
}

}  // namespace
}  // namespace astyq::node
