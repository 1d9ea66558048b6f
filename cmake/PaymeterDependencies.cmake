# Outside libraries, each found once and named once.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json)
find_package(OpenSSL REQUIRED)
find_package(GTest REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(pugixml REQUIRED)
find_package(date REQUIRED)
find_package(prometheus-cpp REQUIRED)
find_package(zstd REQUIRED)
pkg_check_modules(DEFLATE REQUIRED IMPORTED_TARGET libdeflate)  # CRC-32 by the processor's own means
pkg_check_modules(LIBZIP REQUIRED IMPORTED_TARGET libzip)      # its find_package is broken
pkg_check_modules(FREEXL REQUIRED IMPORTED_TARGET freexl)
pkg_check_modules(XLSXWRITER REQUIRED IMPORTED_TARGET xlsxwriter)
pkg_check_modules(PANGOCAIRO REQUIRED IMPORTED_TARGET pangocairo cairo-pdf)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(PQ REQUIRED IMPORTED_TARGET libpq)

add_library(paymeter_asio INTERFACE)
target_link_libraries(paymeter_asio INTERFACE Boost::headers Threads::Threads)
target_compile_definitions(paymeter_asio INTERFACE BOOST_ASIO_NO_DEPRECATED)

add_library(paymeter_json INTERFACE)
target_link_libraries(paymeter_json INTERFACE Boost::json)

# RESTinio's own CMake target forces standalone Asio, so it gets a target of ours.
add_library(paymeter_restinio INTERFACE)
target_compile_definitions(paymeter_restinio INTERFACE RESTINIO_USE_BOOST_ASIO)
target_link_libraries(paymeter_restinio INTERFACE paymeter_asio fmt::fmt http_parser)

add_library(paymeter_databases INTERFACE)
target_link_libraries(paymeter_databases INTERFACE PkgConfig::SQLITE PkgConfig::PQ)

add_library(paymeter_spdlog INTERFACE)
target_link_libraries(paymeter_spdlog INTERFACE spdlog::spdlog fmt::fmt)
