#!/bin/sh
# 安装监管助手，不用联网：sh install.sh [文件夹]，默认 /opt/supervision-assistant
# Each installation gets a folder of its own beside that name, which leads to the newest.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=${1:-/opt/supervision-assistant}
python=${PYTHON:-python3}
folder="$target-$(cat "$here/version")"

machine=$("$python" -c 'import platform, sys; print("%d.%d" % sys.version_info[:2], sys.platform, platform.machine())') || {
    echo "没有找到 Python。请先装好，或用 PYTHON=路径 指明。" >&2
    exit 1
}
if [ "$machine" != "$(cat "$here/machine")" ]; then
    echo "这个安装包是给 Python $(cat "$here/machine") 的，这台电脑是 $machine。可用 PYTHON=路径 指明另一个 Python。" >&2
    exit 1
fi
if [ -e "$target" ] && [ ! -L "$target" ]; then
    echo "$target 已经在用，不是以前装的监管助手。请换一个文件夹。" >&2
    exit 1
fi

echo "正在安装到 $folder ……"
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
"$python" -m zipfile -e "$here"/wheels/uv-*.whl "$tools"
uv=$(echo "$tools"/uv-*.data/scripts/uv)
chmod +x "$uv"
export UV_OFFLINE=1 UV_NO_CONFIG=1 UV_CACHE_DIR="$tools/cache"
"$uv" venv --quiet --clear --python "$python" "$folder"
"$uv" pip install --quiet --python "$folder" --no-index --find-links "$here/wheels" \
    --require-hashes --no-deps --compile-bytecode --requirement "$here/libraries.txt"
"$uv" pip install --quiet --python "$folder" --no-index --no-deps --compile-bytecode \
    "$here"/wheels/supervision_assistant-*.whl
ln -sfn "$folder" "$target"
echo "装好了。试一试：$target/bin/supervision-assistant demo"
