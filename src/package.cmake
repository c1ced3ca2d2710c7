# SPDX-License-Identifier: MIT
# Debian packages by CPack: `cpack --config build/release/CPackConfig.cmake` makes libtill1, libtill-dev
# and till-server. The library's users depend on the very version: its ABI is not frozen before 1.0.
include(GNUInstallDirs)
set(till_packages "runtime:libtill1" "dev:libtill-dev")
if(TARGET till-server)
  list(APPEND till_packages "server:till-server")
  set_target_properties(till-server PROPERTIES INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}")
  install(TARGETS till-server RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT server)
  till_install_for_debian(${CMAKE_INSTALL_BINDIR}/till-server server)
  # What makes it a service belongs to the package alone: it names places of the whole machine, and an
  # installation into a prefix stays within that.
  set(till_deploy ${PROJECT_SOURCE_DIR}/examples/server/deploy)
  install(FILES ${till_deploy}/till-server.service ${till_deploy}/till-backup.service ${till_deploy}/till-backup.timer
    DESTINATION /lib/systemd/system COMPONENT server EXCLUDE_FROM_ALL)
  install(FILES ${till_deploy}/till-server.sysusers RENAME till-server.conf
    DESTINATION /usr/lib/sysusers.d COMPONENT server EXCLUDE_FROM_ALL)
  install(FILES ${till_deploy}/till.conf DESTINATION /etc/till COMPONENT server EXCLUDE_FROM_ALL)
  install(FILES ${till_deploy}/nginx.conf ${till_deploy}/Containerfile
    DESTINATION /usr/share/doc/till-server/examples COMPONENT server EXCLUDE_FROM_ALL)
  file(WRITE ${PROJECT_BINARY_DIR}/package/conffiles "/etc/till/till.conf\n")
  set(CPACK_DEBIAN_SERVER_PACKAGE_CONTROL_EXTRA ${PROJECT_BINARY_DIR}/package/conffiles
    ${till_deploy}/postinst ${till_deploy}/prerm ${till_deploy}/postrm)
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME till)
set(CPACK_PACKAGE_VENDOR till)
set(TILL_PACKAGE_CONTACT "till <till@localhost>" CACHE STRING "Whom the Debian packages name as their maintainer")
set(CPACK_PACKAGE_CONTACT "${TILL_PACKAGE_CONTACT}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "commerce core in a library")
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR}/packages)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
# dpkg-shlibdeps looks here for libtill, which no installed package holds.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${PROJECT_BINARY_DIR}/lib)
# Debian's form of a changelog: it points at the repository's.
string(TIMESTAMP till_date "%a, %d %b %Y %H:%M:%S +0000" UTC)
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/package/changelog @ONLY CONTENT
"till (@PROJECT_VERSION@) unstable; urgency=medium

  * CHANGELOG.md says what changed.

 -- @CPACK_PACKAGE_CONTACT@  @till_date@
")
execute_process(COMMAND gzip -9n --force --keep ${PROJECT_BINARY_DIR}/package/changelog COMMAND_ERROR_IS_FATAL ANY)
set(CPACK_COMPONENTS_ALL "")
foreach(package IN LISTS till_packages)
  string(REGEX REPLACE ":.*" "" component ${package})
  string(REGEX REPLACE ".*:" "" name ${package})
  string(TOUPPER ${component} word)
  list(APPEND CPACK_COMPONENTS_ALL ${component})
  set(CPACK_DEBIAN_${word}_PACKAGE_NAME ${name})
  install(FILES ${PROJECT_BINARY_DIR}/package/changelog.gz COMPONENT ${component}
    DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${name})
  install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${name}
    RENAME copyright COMPONENT ${component})
endforeach()

set(CPACK_COMPONENT_RUNTIME_DESCRIPTION "commerce core in a library: shared libraries
 Users, orders, payments and auth tokens behind one C ABI, in one SQLite file.")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY "=")
file(WRITE ${PROJECT_BINARY_DIR}/package/triggers "activate-noawait ldconfig\n")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_CONTROL_EXTRA ${PROJECT_BINARY_DIR}/package/triggers)
set(CPACK_COMPONENT_DEV_DESCRIPTION "commerce core in a library: headers, static libraries
 What a program is built with: headers, a CMake package, pkg-config files.")
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
set(till_dev_depends "libtill1 (= ${PROJECT_VERSION})")
if((TILL_BUILD_STATIC OR NOT BUILD_SHARED_LIBS) AND NOT TILL_SELF_CONTAINED)
  string(APPEND till_dev_depends ", libssl-dev, libsodium-dev, libutf8proc-dev")
  if(NOT TILL_SQLITE_AMALGAMATION)
    string(APPEND till_dev_depends ", libsqlite3-dev")
  endif()
endif()
set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS "${till_dev_depends}")
set(CPACK_COMPONENT_SERVER_DESCRIPTION "HTTP server for till stores
 Serves the REST dialect of the Django tutorial stack from one SQLite file.")
set(CPACK_DEBIAN_SERVER_PACKAGE_SECTION httpd)
# The user that it runs as is made by systemd-sysusers, which stands alone where systemd does not run.
set(CPACK_DEBIAN_SERVER_PACKAGE_DEPENDS "libtill1 (= ${PROJECT_VERSION}), systemd-standalone-sysusers | systemd")
set(CPACK_DEBIAN_SERVER_PACKAGE_SHLIBDEPS ON)
include(CPack)
