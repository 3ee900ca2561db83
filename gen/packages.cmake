# Lua 5.4 (static, embedded as the template engine) as tconv_lua and cJSON as tconv_cjson: the
# system's packages where they are installed, else their pinned sources, built here.
include(FetchContent)
find_package(PkgConfig QUIET)

add_library(tconv_lua INTERFACE)
if(PKG_CONFIG_FOUND)
  pkg_search_module(LUA QUIET lua5.4 lua-5.4 lua>=5.4)
endif()
find_library(TCONV_LUA_STATIC NAMES liblua5.4.a liblua.a HINTS ${LUA_LIBRARY_DIRS})
if(LUA_FOUND AND TCONV_LUA_STATIC)
  target_include_directories(tconv_lua INTERFACE ${LUA_INCLUDE_DIRS})
  target_link_libraries(tconv_lua INTERFACE ${TCONV_LUA_STATIC} m)
else()
  message(STATUS "Lua 5.4 is not installed (Debian: liblua5.4-dev); building its sources")
  FetchContent_Declare(lua
    URL https://www.lua.org/ftp/lua-5.4.4.tar.gz
    URL_HASH SHA256=164c7849653b80ae67bec4b7473b884bf5cc8d2dca05653475ec2ed27b9ebf61)
  FetchContent_MakeAvailable(lua)
  file(GLOB lua_sources ${lua_SOURCE_DIR}/src/*.c)
  list(FILTER lua_sources EXCLUDE REGEX "/luac?\\.c$")
  add_library(tconv_lua_sources STATIC ${lua_sources})
  target_include_directories(tconv_lua_sources PUBLIC ${lua_SOURCE_DIR}/src)
  target_link_libraries(tconv_lua INTERFACE tconv_lua_sources m)
endif()

add_library(tconv_cjson INTERFACE)
if(PKG_CONFIG_FOUND)
  pkg_check_modules(CJSON QUIET IMPORTED_TARGET libcjson)
endif()
if(CJSON_FOUND)
  target_link_libraries(tconv_cjson INTERFACE PkgConfig::CJSON)
else()
  message(STATUS "cJSON is not installed (Debian: libcjson-dev); building its sources")
  FetchContent_Declare(cjson
    URL https://github.com/DaveGamble/cJSON/archive/refs/tags/v1.7.15.tar.gz
    URL_HASH SHA256=5308fd4bd90cef7aa060558514de6a1a4a0819974a26e6ed13973c5f624c24b2
    SOURCE_SUBDIR none)
  FetchContent_MakeAvailable(cjson)
  add_library(tconv_cjson_sources STATIC ${cjson_SOURCE_DIR}/cJSON.c)
  file(COPY ${cjson_SOURCE_DIR}/cJSON.h DESTINATION ${PROJECT_BINARY_DIR}/cjson/cjson)
  target_include_directories(tconv_cjson_sources PUBLIC ${PROJECT_BINARY_DIR}/cjson)
  target_link_libraries(tconv_cjson INTERFACE tconv_cjson_sources)
endif()
