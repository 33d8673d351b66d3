# Sourced by environment.sh: what the operating system must bring, and how to get it.
# shellcheck shell=bash disable=SC2154

# The interpreter .venv is made from: the real one, not that of an environment which happens to be active.
find_python() {
  local candidate
  [ -z "${SYSTEM_PYTHON:-}" ] || return 0
  for candidate in python3 python3.13 python3.12 python3.11; do
    SYSTEM_PYTHON=$("$candidate" -c '
import sys, venv, ensurepip
assert sys.version_info >= (3, 11)
print(getattr(sys, "_base_executable", sys.executable))' 2>/dev/null) && return
  done
  SYSTEM_PYTHON=
  return 1
}

find_chromium() { have chromium || have chromium-browser || have google-chrome; }

has_libraries() { "$SYSTEM_PYTHON" -c 'import sys, ctypes.util as u; sys.exit(not all(map(u.find_library, sys.argv[1:])))' "$@"; }

# The names of what is missing, one a line: missing runtime|test
missing() {
  find_python || echo python
  given DATABASE_URL || find_postgres || echo postgis
  given REDIS_URL || find_redis || echo redis
  { find_python && has_libraries gdal geos_c; } || echo gdal
  [ "$1" != test ] || find_chromium || echo chromium
}

install_system_packages() { # runtime|test
  local names
  find_python || true # known to what follows, which runs apart
  names=$(missing "$1" | tr '\n' ' ')
  if [ -n "$names" ]; then
    say "missing on this machine: $names"
    if have apt-get; then
      apt_install "$names"
    elif have brew; then
      brew_install "$names"
    else
      die "Install these with this system's package manager, then run this again: Python 3.11 or newer with venv," \
        "PostgreSQL $POSTGRES_MAJOR or newer with PostGIS 3.3 or newer, Redis 6.2 or newer, GDAL, GEOS$(test_only "$1")." \
        "Or set DATABASE_URL and REDIS_URL to servers you have."
    fi
    names=$(missing "$1" | tr '\n' ' ')
    [ -z "$names" ] || die "Still missing after the installation: $names. See docs/operations.md, 'What a machine needs'."
  fi
  find_python
}
test_only() { [ "$1" != test ] || printf ', Chromium'; }

as_root() {
  if is_root; then "$@"; else sudo "$@"; fi
}
# Whether apt can be asked at all: root, sudo without a password, or somebody at the terminal to type it.
may_be_root() { is_root || { have sudo && { sudo -n true 2>/dev/null || [ -t 0 ]; }; }; }

apt_names() { # NEED...: Debian's and Ubuntu's package names
  local need
  for need in "$@"; do
    case $need in
    python) echo python3 python3-venv ;;
    postgis) known "postgresql-$POSTGRES_MAJOR-postgis-3" || echo postgresql-postgis ;;
    redis) echo redis-tools ;; # holds the server's program too; redis-server would only add a system service
    # PostGIS brings the library; without it the newest one apt knows, whatever number its name has.
    gdal) case "$*" in *postgis*) ;; *) apt-cache search --names-only '^libgdal[0-9]+(t64)?$' | cut -d' ' -f1 | sort -V | tail -n 1 ;; esac ;;
    chromium) echo chromium fonts-dejavu-core ;;
    esac
  done
}
known() { apt-cache show "$1" >/dev/null 2>&1 && echo "$1"; }

apt_install() { # NEEDS, blank-separated
  local names
  # shellcheck disable=SC2086
  if ! may_be_root; then
    names=$(apt_names $1 | tr '\n' ' ')
    die "Installing them needs root. Run this, then start again:" \
      "sudo apt-get update && sudo apt-get install --no-install-recommends $names"
  fi
  say "asking apt (this takes a minute or two, once)"
  apt_get update
  # shellcheck disable=SC2086
  names=$(apt_names $1 | tr '\n' ' ')
  keep_system_clusters_away "$1"
  finish_interrupted_installation
  # shellcheck disable=SC2086
  apt_get install --yes --no-install-recommends $names
  allow_system_clusters
}
apt_get() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get --quiet --quiet -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" \
    </dev/null >>"$VAR/log/apt.log" 2>&1 && return
  allow_system_clusters
  die "apt-get $1 failed: $(tail -n 5 "$VAR/log/apt.log"). The whole log: $VAR/log/apt.log"
}
finish_interrupted_installation() {
  as_root env DEBIAN_FRONTEND=noninteractive dpkg --configure -a </dev/null >>"$VAR/log/apt.log" 2>&1
}

# Debian's PostgreSQL package makes and starts a cluster of its own when it is installed. Ours is private, so where
# there is no PostgreSQL yet the package is told not to, for the time of the installation.
CLUSTER_NOTE=/etc/postgresql-common/createcluster.d/opensitrep.conf
keep_system_clusters_away() {
  case $1 in *postgis*) ;; *) return ;; esac
  ! ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || return 0
  as_root mkdir -p "${CLUSTER_NOTE%/*}"
  echo 'create_main_cluster = false' | as_root tee "$CLUSTER_NOTE" >/dev/null
}
allow_system_clusters() { [ ! -e "$CLUSTER_NOTE" ] || as_root rm "$CLUSTER_NOTE"; }

brew_install() {
  local need names=()
  for need in $1; do
    case $need in
    python) names+=(python@3.13) ;;
    postgis) names+=(postgis) ;; # brings the PostgreSQL it is built for
    redis) names+=(redis) ;;
    gdal) names+=(gdal geos) ;;
    chromium) die "Install Chromium or Chrome (brew install --cask chromium), then run this again." ;;
    esac
  done
  say "brew install ${names[*]}"
  brew install "${names[@]}" </dev/null
}
