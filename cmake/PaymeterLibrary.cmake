# paymeter_library(<room> SOURCES … TESTS … FUZZ … DEPENDS … LIBRARIES …): one call per layer.
#   SOURCES    the room's .cpp files (headers need not be listed)
#   TESTS      *_test.cpp beside them; they become one executable <room>_test, one ctest entry per case
#   FUZZ       *_fuzz.cpp, one libFuzzer executable each (preset fuzz only)
#   POSTGRESQL tests with `postgresql` or `Postgresql` in their name find a server's folder in PAYMETER_TEST_POSTGRES;
#              label peers
#   DEPENDS    other rooms (checked by tools/check_layers.py)
#   LIBRARIES  outside libraries used by the sources; TEST_LIBRARIES by the tests only
option(PAYMETER_FUZZ "build the libFuzzer targets" OFF)
option(PAYMETER_BENCH "build the benchmarks" ON)
set(PAYMETER_SANITIZE "" CACHE STRING "comma separated -fsanitize= list")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_FLAGS_RELEASE "-O2")
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1")

add_library(paymeter_flags INTERFACE)
target_include_directories(paymeter_flags INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_options(paymeter_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Werror)
if(PAYMETER_SANITIZE)
  # vptr cannot link against SOCI (built without RTTI exports); see docs/decisions/0001.
  target_compile_options(paymeter_flags INTERFACE -fsanitize=${PAYMETER_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(paymeter_flags INTERFACE -fsanitize=${PAYMETER_SANITIZE})
  if(PAYMETER_SANITIZE MATCHES "undefined")
    target_compile_options(paymeter_flags INTERFACE -fno-sanitize=vptr -fno-sanitize-recover=undefined)
    target_link_options(paymeter_flags INTERFACE -fno-sanitize=vptr)
  endif()
endif()
if(PAYMETER_FUZZ)
  target_compile_options(paymeter_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

include(GoogleTest)

# One server for all of a room's tests, started before the first and deleted after the last.
function(paymeter_postgresql_tests room)
  string(MD5 place ${CMAKE_BINARY_DIR})
  string(SUBSTRING ${place} 0 8 place)
  set(folder /tmp/paymeter-${room}-${place})   # short: a socket's path
  set(script ${CMAKE_SOURCE_DIR}/test/support/postgresql.sh)
  add_test(NAME ${room}_postgresql_start COMMAND ${script} start ${folder})
  add_test(NAME ${room}_postgresql_stop COMMAND ${script} stop ${folder})
  set_tests_properties(${room}_postgresql_start PROPERTIES FIXTURES_SETUP ${room}_postgresql
                       LABELS peers TIMEOUT 300)
  set_tests_properties(${room}_postgresql_stop PROPERTIES FIXTURES_CLEANUP ${room}_postgresql
                       LABELS peers TIMEOUT 300)
  gtest_discover_tests(${room}_test TEST_FILTER "*postgresql*:*Postgresql*" DISCOVERY_MODE PRE_TEST
                       DISCOVERY_TIMEOUT 60 TEST_LIST ${room}_test_POSTGRESQL
                       PROPERTIES TIMEOUT 900 LABELS peers FIXTURES_REQUIRED ${room}_postgresql
                       ENVIRONMENT PAYMETER_TEST_POSTGRES=${folder})
endfunction()

function(paymeter_library room)
  cmake_parse_arguments(ARG "POSTGRESQL" "" "SOURCES;TESTS;FUZZ;DEPENDS;LIBRARIES;TEST_LIBRARIES" ${ARGN})
  set(lib paymeter_${room})
  if(ARG_SOURCES)
    add_library(${lib} STATIC ${ARG_SOURCES})
    set(scope PUBLIC)
  else()
    add_library(${lib} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_link_libraries(${lib} ${scope} paymeter_flags ${ARG_LIBRARIES})
  foreach(d ${ARG_DEPENDS})
    target_link_libraries(${lib} ${scope} paymeter_${d})
  endforeach()
  if(ARG_TESTS)
    add_executable(${room}_test ${ARG_TESTS})
    target_link_libraries(${room}_test PRIVATE ${lib} ${ARG_TEST_LIBRARIES} GTest::gmock GTest::gtest_main)
    target_compile_definitions(${room}_test PRIVATE PAYMETER_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    # Optimising the tests' own coroutines takes more than half of a store test's compile time.
    target_compile_options(${room}_test PRIVATE $<$<CONFIG:Release>:-O0>)
    set(unit_filter "")
    if(ARG_POSTGRESQL)
      set(unit_filter TEST_FILTER "-*postgresql*:*Postgresql*")
      paymeter_postgresql_tests(${room})
    endif()
    gtest_discover_tests(${room}_test ${unit_filter} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
                         PROPERTIES TIMEOUT 900 LABELS unit)
  endif()
  if(PAYMETER_FUZZ)
    foreach(f ${ARG_FUZZ})
      get_filename_component(name ${f} NAME_WE)
      add_executable(${name} ${f})
      target_link_libraries(${name} PRIVATE ${lib})
      target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    endforeach()
  endif()
endfunction()
