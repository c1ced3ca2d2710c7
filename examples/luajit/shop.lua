-- SPDX-License-Identifier: MIT
--
-- till from LuaJIT: a counter sale and a list. No binding: the headers are plain enough that the
-- FFI reads them as they are.
--
--     luajit shop.lua FILE      FILE is made when it is missing
--
-- TILL_LIBRARY and TILL_INCLUDE say where the library and its headers are.
local ffi = require "ffi"
local here = arg[0]:match "^(.*)/" or "."
local till = ffi.load(os.getenv "TILL_LIBRARY" or "till")
local include = os.getenv "TILL_INCLUDE" or here .. "/../../include/till"

local TILL = {} -- the numbers: TILL.ACTOR_SYSTEM
for _, noun in ipairs { "types", "store", "order", "payment" } do
    local file = assert(io.open(include .. "/" .. noun .. ".h"))
    local text = file:read "*a":gsub("/%*.-%*/", " "):gsub("\\\n", " ")
    file:close()
    for name, number in text:gmatch "#define TILL_([%u_]+) %(?(%-?%d+)u?%)?" do
        TILL[name] = tonumber(number)
    end
    text = text:gsub("#[^\n]*", ""):gsub("TILL_[%u_]+", " ")
    ffi.cdef(text)
end

-- Strings are borrowed: what goes in stays referenced here, as does what `new` made.
local kept = {}
local function str(text)
    kept[text] = true
    return { text, #text }
end
local function new(type, fields)
    local made = ffi.new(type, { struct_size = ffi.sizeof(type) })
    for name, value in pairs(fields or {}) do
        made[name] = value
    end
    kept[made] = fields
    return made
end

local function view(text)
    return text.data ~= nil and ffi.string(text.data, text.len) or nil
end
local function amount(money) -- as text all the way: a double would lose cents; never below zero here
    local digits, exponent = tostring(money.minor):sub(1, -3), money.exponent -- without its "LL"
    digits = ("0"):rep(exponent + 1 - #digits) .. digits
    local point = exponent > 0 and "." or ""
    return digits:sub(1, #digits - exponent) .. point .. digits:sub(#digits - exponent + 1)
        .. " " .. ffi.string(money.currency)
end

-- Calls till_<name>, and gives its result, freed when it is collected, or raises the error.
local function call(name, out_type, ...)
    local out, err = ffi.new(out_type .. "*[1]"), ffi.new "const till_error *[1]"
    local arguments = { ... }
    local count = select("#", ...)
    arguments[count + 1], arguments[count + 2] = out, err
    if till["till_" .. name](unpack(arguments, 1, count + 2)) ~= TILL.OK then
        error(view(ffi.gc(err[0], till.till_free).message))
    end
    return out[0]
end
local function record(name, out_type, ...)
    return ffi.gc(call(name, "const " .. out_type, ...), till.till_free)
end

local open = new("till_store_open_in", { path = str(arg[1] or "shop.db") })
local store = ffi.gc(call("store_open", "till_store", open), till.till_store_release)
local function system(key)
    return new("till_call", { actor = TILL.ACTOR_SYSTEM, idempotency_key = key and str(key) })
end

-- A walk-in pays cash. Repeated with the same key it stays one sale.
local espresso = new("till_order_line_in", { name = str "Espresso", quantity = 2, amount_minor = 250 })
local cake = new("till_order_line_in", { name = str "Cheesecake", quantity = 1, amount_minor = 450 })
local lines = ffi.new("const till_order_line_in *[2]", { espresso, cake })
local order = new("till_order_place_in", { lines = lines, line_count = 2 })
local sale = new("till_sale_in", { order = order, method = TILL.METHOD_CASH })
for _ = 1, 2 do
    local receipt = record("sale", "till_receipt", store, system "till-3-sale-0001", sale)
    print(("sold for %s%s"):format(amount(receipt.order.total), receipt.replayed ~= 0 and " (again)" or ""))
end

local page = record("order_list", "till_order_page", store, system(), new "till_order_query")
for i = 0, tonumber(page.count) - 1 do
    local row = page.items[i]
    local state = ffi.string(till.till_order_state_name(row.status))
    print(("order %d: %d lines, %s, %s"):format(tonumber(row.id), tonumber(row.line_count), amount(row.total), state))
end
