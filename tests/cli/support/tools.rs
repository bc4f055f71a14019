//! Where `tests/run` put the real tools.

use std::path::PathBuf;

pub const SOPS: &str = "3.13.2";
pub const SOPS_OLD: &str = "3.12.2";
/// The two releases of sops that files are exchanged with.
pub const SOPS_VERSIONS: [&str; 2] = [SOPS, SOPS_OLD];

/// A file or folder of the cache; panics with what to do when it is missing: no test is skipped in silence.
pub fn tool(path: &str) -> PathBuf {
    let cache = match std::env::var_os("SOPS_RS_TOOLS") {
        Some(folder) => PathBuf::from(folder),
        None => default_cache().join("sops-rs-test"),
    };
    let found = cache.join(path);
    assert!(found.exists(), "{} is missing: `tests/run` installs it", found.display());
    found
}

fn default_cache() -> PathBuf {
    match std::env::var_os("XDG_CACHE_HOME").filter(|folder| !folder.is_empty()) {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(std::env::var_os("HOME").expect("HOME is set")).join(".cache"),
    }
}

pub fn sops(version: &str) -> PathBuf {
    tool(&format!("sops-{version}/sops"))
}

pub fn rops() -> PathBuf {
    tool("rops-0.1.7/rops")
}

pub fn age(program: &str) -> PathBuf {
    tool(&format!("age-1.3.2/{program}"))
}

/// A Python that has dlt.
pub fn dlt_python() -> PathBuf {
    tool("dlt-1.31.0/bin/python")
}

/// The folder of a package for Python, to be put on its path.
pub fn python_package(name: &str) -> PathBuf {
    tool(match name {
        "dotenv" => "python-dotenv-1.2.4",
        "kubernetes_validate" => "kubernetes-validate-1.37.0",
        _ => panic!("tests/tools/install.sh knows no {name}"),
    })
}

/// Prints what docker and docker compose make of an env file.
pub fn envfile() -> PathBuf {
    tool("envfile-29.9.3-2.16.2/envfile")
}

pub fn nu() -> PathBuf {
    tool("nu-0.115.1/nu")
}

pub fn moto() -> PathBuf {
    tool("moto-5.2.5/bin/moto_server")
}

pub fn ministack() -> PathBuf {
    tool("ministack-1.5.33/bin/ministack")
}

pub fn openbao() -> PathBuf {
    tool("openbao-2.7.2/bao")
}

pub fn drongo() -> PathBuf {
    tool("drongo-0.8.0/bin/drongo")
}

/// The program under test.
pub fn sops_rs() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_sops-rs"))
}
