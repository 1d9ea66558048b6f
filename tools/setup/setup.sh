#!/usr/bin/env bash
# Installs what building, running and testing Paymeter needs on Debian 12. Idempotent and quiet:
# a second run only looks. Works as root or with sudo.
set -euo pipefail
cd "$(dirname "$0")/../.."

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
say() { printf 'setup: %s\n' "$*"; }

install_debian() {
  local wanted missing=()
  mapfile -t wanted < <(grep -vE '^\s*(#|$)' tools/setup/debian-packages.txt)
  for package in "${wanted[@]}"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  say "installing ${#missing[@]} Debian packages: ${missing[*]}"
  local log; log=$(mktemp)
  if ! { as_root apt-get update -qq &&
         as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -n 30 "$log"
    say "the installation failed; the whole log is $log"
    exit 1
  fi
  rm -f "$log"
}

# Vite 8 needs Node 20.19 or newer and npm 11; Debian 12 has older ones, the npm registry has both.
node_is_new_enough() {
  command -v node >/dev/null && command -v npm >/dev/null &&
    node -e 'const [a,b]=process.versions.node.split(".").map(Number);process.exit(a>20||(a===20&&b>=19)?0:1)' &&
    [ "$(npm --version | cut -d. -f1)" -ge 11 ]
}

install_node() {
  export PATH="$PWD/tools/node/bin:$PATH"
  node_is_new_enough && return
  say "installing Node 20.20 and npm 11 into tools/node"
  command -v npm >/dev/null || as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nodejs npm >/dev/null
  local arch; case "$(uname -m)" in aarch64) arch=arm64;; *) arch=x64;; esac
  mkdir -p tools/node/bin
  npm install --silent --no-fund --no-audit --no-save --prefix tools/node "node-linux-$arch@20.20" "npm@11" >/dev/null
  ln -sf "../node_modules/node-linux-$arch/bin/node" tools/node/bin/node
  ln -sf ../node_modules/npm/bin/npm-cli.js tools/node/bin/npm
  ln -sf ../node_modules/npm/bin/npx-cli.js tools/node/bin/npx
  hash -r
  node_is_new_enough || { say "Node 20.19+ with npm 11+ is needed and could not be installed"; exit 1; }
}

install_npm_packages() {
  local stamp=web/node_modules/.paymeter-installed
  [ -f "$stamp" ] && [ "$stamp" -nt web/package-lock.json ] && return
  say "installing the console's npm packages"
  (cd web && npm ci --silent --no-fund --no-audit)
  touch "$stamp"
}

install_debian
install_node
install_npm_packages
