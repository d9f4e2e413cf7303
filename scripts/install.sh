#!/usr/bin/env bash
# Builds .venv and installs into it exactly what the lock files say. The Makefile calls it:
#
#   scripts/install.sh runtime    what `make run` needs
#   scripts/install.sh dev        that, and what the checks need
#   scripts/install.sh providers  what `make run` needs, and the clients of language models at Anthropic and Mistral
#
# What was installed is remembered by the content of the files that said so, not by their dates: when nothing
# changed, pip is not called. requirements/README.md says what is pinned and how.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly venv=.venv
readonly stamps=$venv/.installed
readonly log=$venv/install.log
readonly torch_index=${TORCH_INDEX:-https://download.pytorch.org/whl/cpu}

say() { printf '%s\n' "$*"; }

die() {
  printf 'Error: %s\n' "$*" >&2
  exit 2
}

die_with_log() {
  printf '\n--- the end of %s ---\n' "$log" >&2
  tail -n 25 "$log" >&2
  die "$@"
}

find_python() {
  local candidate
  if [[ -n ${PYTHON:-} ]]; then
    "$PYTHON" -c '' 2>/dev/null || die "PYTHON=$PYTHON does not run. Name a Python 3.11, for example PYTHON=/usr/bin/python3."
    python=$PYTHON
    return
  fi
  for candidate in python3.11 python3; do
    # Running it, not only finding it: a version manager may put a name on the PATH that leads nowhere.
    if "$candidate" -c '' 2>/dev/null; then
      python=$candidate
      return
    fi
  done
  die "There is no python3 here. Install Python 3.11 (Debian: apt-get install python3 python3-venv)."
}

check_python() {
  local version
  version=$("$python" -c 'import platform; print(platform.python_version())')
  "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    die "dealqa needs Python 3.11 or newer, and $python is $version. Name another with PYTHON=/path/to/python3.11."
  "$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' ||
    say "Note: dealqa is tested on Python 3.11 only; going on with $python, which is $version."
}

# Whether .venv is whole, was made at this place (its scripts name it in full), and not for a PYTHON of another version.
venv_is_usable() {
  grep -qF "$PWD/$venv" "$venv/pyvenv.cfg" 2>/dev/null && "$venv/bin/python" -m pip --version >/dev/null 2>&1 || return 1
  [[ -z ${PYTHON:-} ]] || [[ $(minor "$PYTHON") == $(minor "$venv/bin/python") ]]
}

minor() { "$1" -c 'import sys; print(sys.version_info[:2])' 2>/dev/null; }

make_venv() {
  find_python
  check_python
  say "Making $venv with $("$python" --version) ..."
  "$python" -m venv --clear "$venv" ||
    die "$python cannot make a virtual environment. On Debian: apt-get install python3-venv; then try again."
}

# Pip, with nothing built from source and nothing resolved: what the lock files list, if its hash is right.
pip_install() {
  "$venv/bin/python" -m pip install --require-hashes --no-deps --only-binary :all: \
    --disable-pip-version-check --progress-bar off --no-input "$@" >>"$log" 2>&1
}

install_torch() {
  say "Installing PyTorch, its build for CPUs (a file of about 190 MB) ..."
  # `torch==…+cpu` is a version that the public package index does not have, so that its build with gigabytes of
  # CUDA can never stand in for it. Where pip's configured sources offer it, it comes from there.
  pip_install -r requirements/torch.txt && return
  pip_install --index-url "$torch_index" -r requirements/torch.txt && return
  die_with_log "PyTorch could not be installed, neither from pip's configured sources nor from $torch_index." \
    "If that address cannot be reached, put the wheel that requirements/torch.txt names into a folder and" \
    "set PIP_FIND_LINKS to it; if the hash did not match, the file is not the one that dealqa was tested with."
}

install_runtime() {
  say "Installing $(grep -c == requirements/runtime.txt) pinned packages (one to three minutes) ..."
  pip_install -r requirements/runtime.txt || die_with_log "The packages in requirements/runtime.txt could not be installed."
}

install_dev() {
  say "Installing the tools for the checks (less than a minute) ..."
  pip_install -r requirements/dev.txt || die_with_log "The packages in requirements/dev.txt could not be installed."
}

install_providers() {
  say "Installing $(grep -c == requirements/providers.txt) packages for providers of language models ..."
  pip_install -r requirements/providers.txt ||
    die_with_log "The packages in requirements/providers.txt could not be installed."
}

install_project() {
  # Without build isolation: the build backend is the pinned setuptools, not whatever is newest today.
  "$venv/bin/python" -m pip install --no-deps --no-build-isolation --disable-pip-version-check --no-input \
    --editable . >>"$log" 2>&1 || die_with_log "dealqa itself could not be installed."
}

# stage NAME FILE...: runs install_NAME unless it was done with these same files.
changed=no
stage() {
  local name=$1 fingerprint
  shift
  fingerprint=$(cat "$@" | sha256sum)
  [[ $(cat "$stamps/$name" 2>/dev/null) != "$fingerprint" ]] || return 0
  [[ $changed == yes ]] || : >"$log"
  rm -f "$stamps/$name"
  "install_$name"
  printf '%s\n' "$fingerprint" >"$stamps/$name"
  changed=yes
}

main() {
  local wanted=${1:-runtime}
  [[ $wanted == runtime || $wanted == dev || $wanted == providers ]] ||
    die "usage: scripts/install.sh runtime|dev|providers"

  # One installation at a time in this folder.
  if command -v flock >/dev/null; then
    exec 9<scripts/install.sh
    flock 9
  fi

  venv_is_usable || make_venv
  mkdir -p "$stamps"
  stage torch requirements/torch.txt
  stage runtime requirements/runtime.txt
  stage project pyproject.toml
  [[ $wanted != dev ]] || stage dev requirements/dev.txt
  [[ $wanted != providers ]] || stage providers requirements/providers.txt

  if [[ $changed == yes || ! -e $stamps/checked ]]; then
    rm -f "$stamps/checked"
    "$venv/bin/python" -m pip check >>"$log" 2>&1 || die_with_log "The installed packages do not fit together."
    : >"$stamps/checked"
    say "The environment is ready."
  fi
}

main "$@"
