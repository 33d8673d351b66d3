# Sourced by environment.sh: a private PostgreSQL with PostGIS and a private Redis, on unix sockets only.
# They live while a script uses them (keep.py) and keep their files under var/. File descriptors 8 and 9 are the
# script's own part in keeping them.
# shellcheck shell=bash disable=SC2154

SERVICE_USER=opensitrep # PostgreSQL refuses to run as root; only used then
DATABASE=opensitrep

major_of() { "$1/postgres" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/'; } # BIN
has_postgis() { # BIN
  ls "/usr/share/postgresql/$(major_of "$1")/extension/postgis.control" >/dev/null 2>&1 ||
    { [ -x "$1/pg_config" ] && [ -e "$("$1/pg_config" --sharedir)/extension/postgis.control" ]; }
}
postgres_candidates() { # the version this is tried with, then the newest first
  local bin
  echo "/usr/lib/postgresql/$POSTGRES_MAJOR/bin"
  for bin in /usr/lib/postgresql/*/bin /opt/homebrew/opt/postgresql@*/bin /usr/local/opt/postgresql@*/bin; do
    [ ! -x "$bin/postgres" ] || echo "$bin"
  done | sort -rV
  ! have pg_config || pg_config --bindir
}

find_postgres() {
  local bin
  while read -r bin; do
    [ -x "$bin/initdb" ] && [ "$(major_of "$bin")" -ge "$POSTGRES_MAJOR" ] && has_postgis "$bin" && PG_BIN=$bin && return
  done < <(postgres_candidates)
  return 1
}

# Debian's redis-tools ships the server's program under the name of its checking tool; the name it is called by decides.
find_redis() { have redis-cli && { have redis-server || have redis-check-rdb; }; }
redis_program() {
  command -v redis-server && return
  ln -sfn "$(command -v redis-check-rdb)" "$RUN/redis-server"
  echo "$RUN/redis-server"
}

# As root, the services run as a user of their own; elsewhere as whoever runs the script.
as_service() {
  if is_root; then (cd / && runuser -u "$SERVICE_USER" -- "$@"); else "$@"; fi
}
ensure_service_user() {
  ! is_root || id "$SERVICE_USER" >/dev/null 2>&1 ||
    useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin "$SERVICE_USER"
}
give() { ! is_root || chown "$SERVICE_USER:$SERVICE_USER" "$1"; }

# HOME_OF_SERVICES holds the files: var/demo, var/test or var/bench. Where the service user may not enter the checkout
# (/root is closed), the files lie under /var/lib and var/ has a link to them.
choose_home() { # demo|test|bench
  local link="$VAR/$1" away="/var/lib/opensitrep/$CHECKOUT/$1"
  HOME_OF_SERVICES=$link
  if is_root && ! as_service test -x "$VAR"; then
    HOME_OF_SERVICES=$away
    mkdir -p "$away"
    if [ -L "$link" ] && [ "$(readlink "$link")" != "$away" ]; then
      warn "This checkout was moved or copied; the data it had is still in $(readlink "$link")."
    fi
    ln -sfn "$away" "$link"
  fi
  mkdir -p "$HOME_OF_SERVICES"
  chmod 700 "$HOME_OF_SERVICES"
  give "$HOME_OF_SERVICES"
}

# RUN holds sockets and locks. A socket's path may have 107 bytes, so it cannot lie in the checkout.
# /tmp is shared with others: the directory must be ours alone.
choose_run() { # demo|test|bench
  RUN=/tmp/opensitrep-$(id -u)-$CHECKOUT-$1
  mkdir -m 700 "$RUN" 2>/dev/null || is_ours "$RUN" || die "$RUN is in the way and not ours. Remove it, then run this again."
  give "$RUN"
  chmod 700 "$RUN"
}
is_ours() {
  local owner
  [ -d "$1" ] && [ ! -L "$1" ] || return 1
  owner=$(stat -c %U "$1" 2>/dev/null || stat -f %Su "$1")
  [ "$owner" = "$(id -un)" ] || { is_root && [ "$owner" = "$SERVICE_USER" ]; }
}

command_of() { # PID: its command line; a minimal Debian has no ps
  if [ -d /proc/self ]; then tr '\0' ' ' <"/proc/$1/cmdline"; else ps -o command= -p "$1"; fi 2>/dev/null
}

# Start what is not given from outside and say where it is: use_services demo|test|bench
use_services() {
  ensure_service_user
  choose_home "$1"
  choose_run "$1"
  if ! given DATABASE_URL; then
    use_postgres "$1"
    export DATABASE_URL="postgis://$DATABASE@/$DATABASE?host=$RUN"
  fi
  if ! given REDIS_URL; then
    use_redis "$1"
    export REDIS_URL="unix://$RUN/redis"
  fi
}

use_postgres() { # demo|test|bench
  local data="$HOME_OF_SERVICES/postgres" options=(-c listen_addresses= -c shared_buffers=128MB -c max_wal_size=2GB)
  unset PGHOST PGPORT PGUSER PGPASSWORD PGDATABASE PGDATA PGSERVICE PGOPTIONS # meant for another server
  find_postgres || die "PostgreSQL $POSTGRES_MAJOR or newer with PostGIS is not there. See docs/operations.md, 'What a machine needs'."
  make_cluster "$data"
  case $1 in
  test) options+=(-c fsync=off -c full_page_writes=off) ;; # nothing in it outlives the run
  bench) options+=(-c shared_buffers=1GB -c max_wal_size=8GB -c random_page_cost=1.1) ;;
  esac
  export PATH="$PATH:$PG_BIN"
  exec 8>>"$RUN/postgres.users"
  keep share 8
  forget_stale_postmaster "$data"
  start_service postgres INT "$PG_BIN/postgres" -D "$data" -k "$RUN" "${options[@]}"
  ensure_database
}
postgres_answers() { "$PG_BIN/pg_isready" --quiet --host "$RUN" --dbname postgres --username "$DATABASE"; }

# The cluster is made beside its place and then moved there: an interrupted first start leaves nothing half-made.
# No password: the socket lies in a directory that only its owner can enter, and there is no TCP port.
make_cluster() {
  if [ -e "$1/PG_VERSION" ]; then
    local made_with
    made_with=$(cat "$1/PG_VERSION")
    [ "$made_with" = "$(major_of "$PG_BIN")" ] || [ ! -x "/usr/lib/postgresql/$made_with/bin/postgres" ] ||
      PG_BIN=/usr/lib/postgresql/$made_with/bin
    [ "$made_with" = "$(major_of "$PG_BIN")" ] ||
      die "$1 was made by PostgreSQL $made_with, which is not installed. Install it, or remove $1 to begin anew."
    return
  fi
  say "making a private PostgreSQL cluster in ${1#"$ROOT/"}"
  rm -rf "$1.new"
  mkdir -m 700 "$1.new"
  give "$1.new"
  as_service "$PG_BIN/initdb" --pgdata "$1.new" --username "$DATABASE" --auth trust --encoding UTF8 \
    --locale "$(utf8_locale)" --data-checksums --no-instructions >"$VAR/log/initdb.log" 2>&1 ||
    die "initdb failed: $(tail -n 5 "$VAR/log/initdb.log")"
  mv "$1.new" "$1"
}
utf8_locale() { if locale -a 2>/dev/null | grep -qixE 'c\.utf-?8'; then echo C.UTF-8; else echo C; fi; }

# After a power cut another process may have the number that PostgreSQL wrote down; it would then refuse to start.
forget_stale_postmaster() {
  local pid
  pid=$(head -n 1 "$1/postmaster.pid" 2>/dev/null) || return 0
  command_of "$pid" | grep -q postgres || rm -f "$1/postmaster.pid"
}

ensure_database() {
  local known
  known=$("$PG_BIN/psql" -h "$RUN" -U "$DATABASE" -d postgres -Atqc "SELECT 1 FROM pg_database WHERE datname = '$DATABASE'")
  [ "$known" = 1 ] || "$PG_BIN/createdb" -h "$RUN" -U "$DATABASE" "$DATABASE"
}

use_redis() { # demo|test|bench
  local data="$HOME_OF_SERVICES/redis" settings="$RUN/redis.conf" lasting=yes
  mkdir -p "$data"
  give "$data"
  [ "$1" = demo ] || lasting=no
  cp "$LIB/redis.conf" "$settings" # a copy, because the service user may not see the checkout
  chmod 644 "$settings"
  exec 9>>"$RUN/redis.users"
  keep share 9
  start_service redis TERM "$(redis_program)" "$settings" --port 0 --unixsocket "$RUN/redis" --unixsocketperm 700 \
    --dir "$data" --appendonly "$lasting"
}
redis_answers() { [ "$(redis-cli -s "$RUN/redis" ping 2>/dev/null)" = PONG ]; }

start_service() { # NAME SIGNAL COMMAND...: returns when it answers
  local name=$1 signal=$2 keeper status tries=600 log="$VAR/log/$1.log" user=()
  shift 2
  ! is_root || user=(--user "$SERVICE_USER")
  "$SYSTEM_PYTHON" "$LIB/keep.py" run "$RUN/$name" --log "$log" --signal "$signal" ${user[@]+"${user[@]}"} -- "$@" \
    7>&- 8>&- 9>&- </dev/null >/dev/null 2>&1 &
  keeper=$!
  until "${name}_answers"; do
    if [ -n "$keeper" ] && ! kill -0 "$keeper" 2>/dev/null; then
      status=0
      wait "$keeper" || status=$?
      [ "$status" -eq 3 ] || die "$name did not start: $(tail -n 5 "$log") The whole log: $log"
      keeper= # another script's keeper is at it
    fi
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || die "$name does not answer. Its log: $log"
    sleep 0.1
  done
}

# Let go of the services; those nobody else uses have stopped when this returns.
release_services() {
  local name
  exec 8>&- 9>&-
  for name in postgres redis; do
    [ ! -e "${RUN:-/nonexistent}/$name.users" ] || keep settle "$RUN/$name"
  done
}
