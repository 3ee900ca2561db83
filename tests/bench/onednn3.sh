#!/bin/sh
# Installs today's oneDNN from PyPI (some two gigabytes, with the SYCL runtime that it is
# built for), which run.sh then times beside Debian's, as the peer onednn3.
set -eu
bench=$(dirname "$(readlink -f "$0")")
venv=$(dirname "$(dirname "$bench")")/build/bench/onednn3
python3 -m venv "$venv"
"$venv/bin/pip" install --quiet onednn-devel==2026.1.0
