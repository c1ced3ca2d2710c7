# SPDX-License-Identifier: MIT
# `cmake --install`: headers, libraries, a CMake package and pkg-config files, none with a path of this
# machine in it: the prefix may move. The shared and the static form have a file each, so that two
# builds may share a prefix.
include(CMakePackageConfigHelpers)
set(till_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/till)
set(till_generated ${PROJECT_BINARY_DIR}/package)

# The whole folder, so that a new header cannot be forgotten.
set(till_left_out "")
if(NOT TARGET till_http)
  set(till_left_out PATTERN http.h EXCLUDE)
endif()
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/till DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT dev
  FILES_MATCHING PATTERN *.h PATTERN *.hpp ${till_left_out})

# What is installed in /usr finds its libraries anyhow, and Debian wants no path of ours in any file.
function(till_install_for_debian file component)
  if(file MATCHES "\\.a$")
    set(command "execute_process(COMMAND \"${CMAKE_STRIP}\" --strip-debug --enable-deterministic-archives
      \"\${till_file}\" COMMAND_ERROR_IS_FATAL ANY)")
  else()
    set(command "file(RPATH_REMOVE FILE \"\${till_file}\")")
  endif()
  install(CODE "if(CMAKE_INSTALL_PREFIX MATCHES \"/usr$\")
    set(till_file \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${file}\")
    ${command}
  endif()" COMPONENT ${component})
endfunction()

set(till_has_static OFF)
foreach(target till till_static till_http till_http_static)
  if(NOT TARGET ${target})
    continue()
  endif()
  get_target_property(type ${target} TYPE)
  set(form static)
  if(type STREQUAL SHARED_LIBRARY)
    set(form shared)
  else()
    set(till_has_static ON)
  endif()
  set(name ${form})
  if(target MATCHES http)
    set(name http_${form})
    # A program that uses the adapter alone may not name libtill itself.
    if(form STREQUAL shared)
      set_target_properties(${target} PROPERTIES INSTALL_RPATH "$ORIGIN")
    endif()
  endif()
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
  install(TARGETS ${target} EXPORT till-${form}
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT runtime NAMELINK_COMPONENT dev
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT dev)
  if(name STREQUAL http_shared)
    till_install_for_debian(${CMAKE_INSTALL_LIBDIR}/libtill_http.so.1 runtime)
  elseif(form STREQUAL static)
    get_target_property(output ${target} OUTPUT_NAME)
    till_install_for_debian(${CMAKE_INSTALL_LIBDIR}/lib${output}.a dev)
  endif()
  list(APPEND till_forms ${form})
endforeach()
list(REMOVE_DUPLICATES till_forms)
foreach(form IN LISTS till_forms)
  install(EXPORT till-${form} NAMESPACE till:: DESTINATION ${till_package_dir} COMPONENT dev)
endforeach()

# What a static library's user links beside it, as names; the C++ runtime by name too, for C programs.
set(till_outside_names "")
if(till_has_static AND NOT TILL_SELF_CONTAINED)
  set(till_outside_names crypto sodium utf8proc)
  if(NOT TILL_SQLITE_AMALGAMATION)
    list(PREPEND till_outside_names sqlite3)
  endif()
endif()
set(till_requires ${till_outside_names})
list(TRANSFORM till_requires REPLACE "^(crypto|sodium|utf8proc)$" "lib\\1")
list(JOIN till_requires " " till_requires)
list(TRANSFORM till_cxx_runtime PREPEND "-l" OUTPUT_VARIABLE till_private)
list(JOIN till_private " " till_private)

configure_file(tillConfig.cmake.in ${till_generated}/tillConfig.cmake @ONLY)
set(till_same SameMajorVersion)
if(PROJECT_VERSION_MAJOR EQUAL 0)
  set(till_same SameMinorVersion)  # Before 1.0 a minor version may change everything.
endif()
write_basic_package_version_file(${till_generated}/tillConfigVersion.cmake COMPATIBILITY ${till_same})
install(FILES ${till_generated}/tillConfigVersion.cmake ${till_generated}/tillConfig.cmake
  DESTINATION ${till_package_dir} COMPONENT dev)
if(till_has_static)
  configure_file(till-outside.cmake.in ${till_generated}/till-outside.cmake @ONLY)
  install(FILES ${till_generated}/till-outside.cmake DESTINATION ${till_package_dir} COMPONENT dev)
endif()

# Paths in the pkg-config files begin at the file itself.
file(RELATIVE_PATH till_up ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
string(REGEX REPLACE "/$" "" till_up "${till_up}")
file(RELATIVE_PATH till_libdir ${CMAKE_INSTALL_PREFIX} ${CMAKE_INSTALL_FULL_LIBDIR})
file(RELATIVE_PATH till_includedir ${CMAKE_INSTALL_PREFIX} ${CMAKE_INSTALL_FULL_INCLUDEDIR})
foreach(name till till-http)
  if(name STREQUAL till OR TARGET till_http)
    configure_file(${name}.pc.in ${till_generated}/${name}.pc @ONLY)
    install(FILES ${till_generated}/${name}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT dev)
  endif()
endforeach()
