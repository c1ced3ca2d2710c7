/* SPDX-License-Identifier: MIT */
/** @file
 * till: a commerce core you link into your program. This header includes them all, except http.h
 * (a library of its own) and testing.h.
 */
#ifndef TILL_TILL_H
#define TILL_TILL_H

#include <till/batch.h>
#include <till/event.h>
#include <till/key.h>
#include <till/order.h>
#include <till/payment.h>
#include <till/report.h>
#include <till/second_factor.h>
#include <till/session.h>
#include <till/setting.h>
#include <till/store.h>
#include <till/types.h>
#include <till/user.h>

#endif
