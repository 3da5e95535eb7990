#!/usr/bin/env bash
# Installs the system packages that are missing, by name, with apt-get; does nothing where none is.
# With the argument `bench` it also looks for what the benchmark needs; with `test` it also puts what
# tests compare with into a Python environment of its own, .build/venv, and goes on without where
# that does not work: those tests then say that they were skipped.
set -euo pipefail

mode=${1:-}
packages=()

# need PACKAGE TEST...: the package is missing where the test fails.
need() {
    local package=$1
    shift
    "$@" >/dev/null 2>&1 || packages+=("$package")
}

need libsqlite3-dev test -e /usr/include/sqlite3.h
need libsimdjson-dev test -e /usr/include/simdjson.h
need zlib1g-dev test -e /usr/include/zlib.h
need libzstd-dev test -e /usr/include/zstd.h
need libssl-dev test -e /usr/include/openssl/evp.h
need sqlite3 command -v sqlite3
need python3 command -v python3
need git command -v git
need gzip command -v gzip
need curl command -v curl
need zstd command -v zstd
need logrotate command -v logrotate
need ca-certificates test -e /etc/ssl/certs/ca-certificates.crt
need tzdata test -e /usr/share/zoneinfo/Europe/Paris
if [[ $mode == bench || $mode == test ]]; then
    need python3-venv python3 -c 'import ensurepip, venv'
fi
if [[ $mode == test ]]; then
    # The pages are tried in a real browser.
    need chromium command -v chromium
    need chromium-driver command -v chromedriver
fi
# The other store is tried on a server of its own, which tests start on loopback.
if [[ $mode == test ]]; then
    need clickhouse-server test -x /usr/sbin/clickhouse-server
    # Two of them meet in it.
    need zookeeper test -e /usr/share/java/zookeeper.jar
fi
# The alerts that are sent are shown to the program that others use for them; and to a server with a
# certificate that nobody vouches for.
if [[ $mode == test ]]; then
    need openssl command -v openssl
    need prometheus-alertmanager command -v prometheus-alertmanager
    # Scrapes the figures, and answers what the Grafana dashboard asks.
    need prometheus command -v prometheus
fi

# The sketches of rollups are compared with the first, which others wrote; the second judges the
# JSON Schema of alerts files; the third asks the HTTP API what its OpenAPI document allows; with the
# next two, pages are driven in a browser and held against the guidelines for accessibility; the last is
# the ClickHouse of today, beside Debian's of 2018.
python_packages=(ddsketch jsonschema schemathesis selenium axe-core-python chdb-core)

install_python_packages() {
    local venv
    venv=$(cd "$(dirname "$0")/.." && pwd)/.build/venv
    if "$venv/bin/python3" -c 'import axe_core_python, chdb, ddsketch, jsonschema, schemathesis, selenium' 2>/dev/null; then
        return
    fi
    echo "Installing Python packages into .build/venv: ${python_packages[*]}"
    if ! python3 -m venv "$venv" ||
        ! "$venv/bin/python3" -m pip install --quiet --disable-pip-version-check \
            "${python_packages[@]}"; then
        echo "pip cannot install ${python_packages[*]}; the tests against them are skipped" >&2
    fi
}

finish() {
    if [[ $mode == test ]]; then
        install_python_packages
    fi
    exit 0
}

if ! command -v swift >/dev/null; then
    echo "swift is not on the PATH: install a Swift 6.3 toolchain first (https://www.swift.org/install)" >&2
    exit 1
fi
if [[ ${#packages[@]} == 0 ]]; then
    finish
fi
if ! command -v apt-get >/dev/null; then
    echo "missing: ${packages[*]} (Debian's names); there is no apt-get here, install them by hand" >&2
    exit 1
fi

as_root=()
if [[ $(id -u) != 0 ]]; then
    if ! command -v sudo >/dev/null; then
        echo "missing system packages; as root, run: apt-get install ${packages[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
fi
echo "Installing system packages: ${packages[*]}"
# A package list that cannot be refreshed may still hold what is needed; the install decides.
"${as_root[@]}" apt-get update -qq || echo "apt-get update failed; trying with the lists there are" >&2
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -qq -y --no-install-recommends "${packages[@]}"
finish
