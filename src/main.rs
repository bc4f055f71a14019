//! The program `sops-rs`.
#![forbid(unsafe_code)]

fn main() -> std::process::ExitCode {
    sops_rs::cli::main()
}
