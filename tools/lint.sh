#!/usr/bin/env bash
# Layers, style, formatting and static analysis. FAST=1 leaves clang-tidy out.
set -euo pipefail
cd "$(dirname "$0")/.."
python3 tools/check_layers.py
python3 tools/check_style.py
git ls-files 'src/*.cpp' 'src/*.hpp' 'test/*.cpp' 'test/*.hpp' | xargs clang-format-19 --dry-run --Werror
(cd web && npm run --silent lint)
if [ "${FAST:-0}" = 0 ]; then
  cmake --preset release >/dev/null
  git ls-files 'src/*.cpp' | grep -v _fuzz.cpp | xargs -P "$(nproc)" -n 4 clang-tidy-19 -p build --quiet 2>/dev/null
fi
echo "lint: clean"
