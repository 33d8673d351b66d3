# Sourced by every script: where things are, messages, Python and npm packages. bash 3.2 (macOS) is enough.
# shellcheck shell=bash
set -euo pipefail

ROOT=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
LIB=$ROOT/script/lib
VAR=$ROOT/var
TOOLS=$VAR/tools
POSTGRES_MAJOR=15 # docker-compose.yml uses the same

# shellcheck source=script/lib/packages.sh
source "$LIB/packages.sh"
# shellcheck source=script/lib/services.sh
source "$LIB/services.sh"

say() { printf '== %s\n' "$*" >&2; }
warn() { printf '!! %s\n' "$*" >&2; }
die() {
  warn "$@"
  exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }
# Whether a variable, or the file that NAME_FILE points to, is given from outside.
given() {
  local file="$1_FILE"
  [ -n "${!1:-}${!file:-}" ]
}
is_root() { [ "$(id -u)" -eq 0 ]; }

digest() { # of standard input
  if have sha256sum; then sha256sum; else shasum -a 256; fi | cut -c1-64
}
CHECKOUT=$(printf %s "$ROOT" | digest | cut -c1-10)

# A stamp remembers what a finished step was finished for. An interrupted step leaves none, so it is done again.
is_done() { [ "$(cat "$VAR/stamps/$1" 2>/dev/null)" = "$2" ]; }
mark_done() {
  mkdir -p "$VAR/stamps"
  printf '%s\n' "$2" >"$VAR/stamps/$1"
}
forget_done() { rm -f "$VAR/stamps/$1"; }

keep() { "$SYSTEM_PYTHON" "$LIB/keep.py" "$@"; }

# Demo or not. The demo has known passwords, so it is only for loopback addresses and ends where a SECRET_KEY is given.
choose_mode() {
  export DJANGO_SETTINGS_MODULE=config.settings BIND=${BIND:-127.0.0.1}
  local demo=1
  ! given SECRET_KEY || demo=0
  export OPENSITREP_DEMO=${OPENSITREP_DEMO:-$demo}
  case $BIND in 127.* | localhost | ::1 | '[::1]') return ;; esac
  [ "$OPENSITREP_DEMO" = 0 ] ||
    die "BIND=$BIND is open to other machines, and the demo's passwords are known. Set SECRET_KEY and ALLOWED_HOSTS to leave the demo."
}

# Everything a script needs before it can run Django: prepare runtime|test
prepare() {
  cd "$ROOT"
  mkdir -p "$VAR/log"
  install_system_packages "$1"
  exec 7>"$VAR/setup.lock"
  keep claim 7 || { say "another script is setting this checkout up; waiting for it" && keep queue 7; }
  case $1 in
  runtime) install_python_packages runtime && install_npm_packages runtime ;;
  test) install_python_packages dev && install_npm_packages dev ;;
  esac
  exec 7>&-
}

# The installer and, where the machine has none, Node: small environments of their own, so that .venv holds
# exactly what its lock says.
install_tool() { # NAME
  local lock="requirements-$1.lock" stamp
  stamp="$ROOT $(digest <"$lock")"
  is_done "tool-$1" "$stamp" && [ -x "$TOOLS/$1/bin/python" ] && return
  say "installing $1"
  "$SYSTEM_PYTHON" -m venv --clear "$TOOLS/$1"
  "$TOOLS/$1/bin/python" -m pip install --quiet --quiet --disable-pip-version-check --require-hashes -r "$lock"
  mark_done "tool-$1" "$stamp"
}

# .venv from a lock file: runtime (script/server) or dev (script/test). Dev holds all of runtime in the same versions,
# so once it is there it stays.
install_python_packages() {
  local set=$1 stamp lock
  [ "$set" = runtime ] && [ -e "$VAR/stamps/python-dev" ] && set=dev
  lock=requirements.lock
  [ "$set" = dev ] && lock=requirements-dev.lock
  stamp="$ROOT $(digest <"$lock")"
  export PATH="$ROOT/.venv/bin:$PATH" VIRTUAL_ENV="$ROOT/.venv"
  is_done "python-$set" "$stamp" && [ -x .venv/bin/python ] && return
  install_tool uv
  say "installing Python packages ($lock)"
  forget_done "python-$set"
  # An environment knows its own path: one that was moved or left half-made is made anew.
  if ! .venv/bin/python -c '' 2>/dev/null || ! grep -qsF "$ROOT/.venv" .venv/bin/activate; then
    uv venv --quiet --clear --python "$SYSTEM_PYTHON" .venv
  fi
  uv pip sync --quiet --python .venv/bin/python --require-hashes "$lock"
  mark_done "python-$set" "$stamp"
}
uv() { UV_PYTHON_DOWNLOADS=never "$TOOLS/uv/bin/uv" "$@"; }

find_node() {
  if have npm && have node && [ "$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)" -ge 18 ]; then
    return
  fi
  install_tool node
  # Not its whole bin directory, which has a python too.
  mkdir -p "$TOOLS/node/commands"
  ln -sfn ../bin/node ../bin/npm "$TOOLS/node/commands/"
  export PATH="$TOOLS/node/commands:$PATH"
}

# node_modules from package-lock.json: runtime leaves the linters out.
install_npm_packages() {
  local set=$1 stamp
  [ "$set" = runtime ] && [ -e "$VAR/stamps/npm-dev" ] && set=dev
  stamp="$ROOT $(cat package.json package-lock.json | digest)"
  export PATH="$ROOT/node_modules/.bin:$PATH"
  [ "$set" = dev ] && find_node # the linters are run by it
  is_done "npm-$set" "$stamp" && [ -d node_modules ] && return
  find_node
  say "installing npm packages (package-lock.json)"
  forget_done "npm-$set"
  if [ "$set" = dev ]; then npm_ci; else npm_ci --omit=dev; fi
  mark_done "npm-$set" "$stamp"
}
npm_ci() { npm ci --ignore-scripts --no-audit --no-fund --loglevel=error "$@" >/dev/null; }

# Run a command so that a signal to the script ends it at once. CHILD is what the script waits for at the moment.
CHILD=
step() {
  local status=0
  "$@" &
  CHILD=$!
  wait "$CHILD" || status=$?
  CHILD=
  return "$status"
}

changed_since() { # STAMP PATH...: whether anything there is newer, or the step was never done
  local stamp="$VAR/stamps/$1"
  shift
  [ ! -e "$stamp" ] || [ -n "$(find "$@" -type f ! -name '*.pyc' -newer "$stamp" -print 2>/dev/null | head -n 1)" ]
}

collect_static() {
  case ${DEBUG:-} in 1 | true | yes | on) return ;; esac # served from where they lie
  local began="$VAR/stamps/static.new"
  # shellcheck disable=SC2046
  changed_since static static $(find apps -type d -name static) package-lock.json requirements.lock config/settings.py || return 0
  say "collecting static files"
  touch "$began"
  step script/entry static
  mv "$began" "$VAR/stamps/static"
}
