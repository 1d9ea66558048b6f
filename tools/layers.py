"""Who may include whom: the table behind tools/check_layers.py and docs/architecture.md."""

# Rooms that each room may include besides itself and base.
MAY_INCLUDE = {
    "base": set(),
    "domain": set(),
    "codec": set(),
    "port": {"domain"},
    "driver": {"domain", "port", "codec"},
    "transport": {"domain", "port", "codec"},
    "net": set(),
    "store": {"domain", "port", "codec"},
    "service": {"domain", "port"},
    "adapter": {"domain", "port", "net", "codec"},
    "http": {"domain", "port", "service", "net"},
    "sim": {"domain", "codec", "port", "driver", "transport", "net", "store", "service", "adapter"},
    "app": {"domain", "codec", "port", "driver", "transport", "net", "store", "service", "adapter",
            "http", "sim"},
}

# Outside headers, as regular expressions over the name between <> or "", and the only rooms that
# may include them. A header that matches no row is free.
EVERY_ROOM_BUT_PURE = set(MAY_INCLUDE) - {"base", "domain", "codec"}
OUTSIDE = [
    # (pattern, rooms, what to do instead)
    (r"boost/asio/awaitable\.hpp", EVERY_ROOM_BUT_PURE - {"service"},
     "services and rules include paymeter/port/async.hpp"),
    (r"boost/asio(/.*|\.hpp)", {"transport", "net", "store", "adapter", "http", "sim", "app"},
     "wait through a port"),
    (r"restinio/.*|restinio\.hpp", {"net"}, "use paymeter/net"),
    (r"boost/beast(/.*|\.hpp)", {"net"}, "use paymeter/net"),
    (r"soci/.*|sqlite3\.h|libpq-fe\.h|libpq/.*", {"store"}, "use a port's store"),
    (r"boost/json(/.*|\.hpp)", EVERY_ROOM_BUT_PURE, "pure rooms know no JSON"),
    (r"toml\+\+/.*|toml\.hpp|toml\+\+\.h", {"driver", "app", "sim"},
     "models and configuration are read in driver and app"),
    (r"fstream|filesystem|cstdio|stdio\.h|fcntl\.h|unistd\.h|sys/.*", EVERY_ROOM_BUT_PURE,
     "pure rooms do no I/O"),
    (r"thread|mutex|shared_mutex|condition_variable|future|stop_token|semaphore|latch|barrier",
     EVERY_ROOM_BUT_PURE - {"port", "service", "driver"}, "one thread: wait through a port"),
    (r"chrono|ctime|time\.h", EVERY_ROOM_BUT_PURE - {"port", "service", "driver"},
     "time reaches rules as an argument and services through port::Runtime"),
    (r"date/.*", set(), "only base/time.cpp knows the date library"),
    (r"random", {"sim", "transport", "net", "app"}, "ask port::Runtime"),
    (r"openssl/.*", {"net", "adapter", "transport", "app"}, "use a port"),
    (r"sodium\.h|sodium/.*", {"adapter", "app"}, "use port/crypto.hpp"),
    (r"pango/.*|cairo.*", {"adapter"}, "use port/report_format.hpp"),
    (r"spdlog/.*", EVERY_ROOM_BUT_PURE - {"port"}, "pure rooms do not log"),
]

# Single files that may include what their room may not: (path under src/paymeter, pattern).
EXCEPTIONS = [
    ("base/time.cpp", r"date/.*|chrono|cstdio"),  # snprintf
    ("base/assert.cpp", r"cstdio"),
    ("codec/mac.cpp", r"openssl/(hmac|evp|crypto|core_names|params)\.h"),
    ("codec/sha256.cpp", r"openssl/evp\.h"),
    ("adapter/rate_format/time_zone.cpp", r"date/tz\.h"),  # offsets of named zones
]

# Tests may use files and run coroutines on an event loop; they keep the other walls.
FREE_IN_TESTS = (r"fstream|filesystem|cstdio|stdio\.h|fcntl\.h|unistd\.h|sys/.*|"
                 r"random|thread|chrono|"
                 r"boost/asio/(co_spawn|detached|io_context|use_future)\.hpp")
