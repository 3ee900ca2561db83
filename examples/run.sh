#!/bin/sh
# Builds tconv and the decoder whose layers it emits, decodes the pictures and compares them
# with Keras's. Installs what is missing.
set -eu
root=$(dirname "$(dirname "$(readlink -f "$0")")")
. "$root/tests/build.sh"

need build-essential cmake ninja-build pkg-config liblua5.4-dev libcjson-dev libpng-dev
build tconv decoder

cd "$root"
picture=build/examples/decoder/atlas.png
build/examples/decoder/decoder examples/decoder/model "$picture"
echo "proven: what the emitted C computes is what Keras computed, within that limit"
echo "the picture: $picture"
