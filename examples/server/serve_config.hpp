// SPDX-License-Identifier: MIT
#pragma once

#include "config.hpp"
#include "log.hpp"
#include "mailer.hpp"
#include "options.hpp"

namespace till_server {

// What the flags of `serve` mean. Each throws Refusal with exit_usage when they contradict each
// other or would be unsafe.
ServerConfig server_config(const Options& options);
MailConfig mail_config(const Options& options);
LogFormat log_format(const Options& options);

}  // namespace till_server
