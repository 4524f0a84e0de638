#!/bin/sh
# Packs the product, the pinned wheels of all that it needs on this kind of machine, and the
# installer into one archive, for networks without a package mirror.
set -eu
cd "$(dirname "$0")/.."
python=.venv/bin/python
uv=.venv/bin/uv
bundle=dist/bundle

rm -rf "$bundle"
mkdir -p "$bundle/wheels"
"$uv" build --quiet --wheel --out-dir "$bundle/wheels"
"$uv" pip compile --quiet --python "$python" --extra ocr --constraint requirements.txt \
    --generate-hashes --no-emit-index-url pyproject.toml --output-file "$bundle/libraries.txt"
"$python" -m pip download --quiet --no-deps --only-binary :all: --require-hashes \
    --dest "$bundle/wheels" --requirement "$bundle/libraries.txt"
"$python" -m pip download --quiet --no-deps --only-binary :all: \
    --dest "$bundle/wheels" "$(grep -o '^uv==[0-9.]*' requirements.txt)"

cp deploy/install.sh deploy/*.service deploy/*.timer .env.example LICENSE "$bundle/"
"$python" -c 'import platform, sys; print("%d.%d" % sys.version_info[:2], sys.platform, platform.machine())' \
    > "$bundle/machine"
date +%Y%m%d%H%M > "$bundle/version"
archive="supervision-assistant-$(cat "$bundle/version")-$(tr ' ' - < "$bundle/machine").tar"
tar --create --file "dist/$archive" --directory dist --transform "s/^bundle/supervision-assistant/" bundle
echo "dist/$archive"
