use crate::{plain, run, sealed};
use std::fs::{self, File};
use std::io::{Read, Write};
use std::process::{Command, Stdio};

/// Runs `decrypt --output OUTPUT` with this standard output.
fn decrypt(directory: &std::path::Path, output: &str, stdout: impl Into<Stdio>) {
    fs::write(directory.join("a.yaml"), sealed()).unwrap();
    let program = run(&["decrypt", "--output", output, "a.yaml"]);
    let status = Command::new(&program.arguments[0])
        .args(&program.arguments[1..])
        .env_clear()
        .envs(program.environment)
        .current_dir(directory)
        .stdout(stdout)
        .status()
        .unwrap();
    assert!(status.success(), "{output}");
}

#[test]
fn a_redirected_standard_output_is_written_behind_what_it_holds() {
    for output in ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"] {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("redirected");
        let mut file = File::create(&path).unwrap();
        file.write_all(b"before\n").unwrap();
        decrypt(directory.path(), output, file.try_clone().unwrap());
        file.write_all(b"after\n").unwrap();
        assert_eq!(fs::read_to_string(path).unwrap(), format!("before\n{}after\n", plain()), "{output}");
    }
}

#[test]
fn a_standard_output_that_is_a_pipe_can_be_named_as_output() {
    let directory = tempfile::tempdir().unwrap();
    let (mut reader, writer) = std::io::pipe().unwrap();
    decrypt(directory.path(), "/dev/stdout", writer);
    let mut found = String::new();
    reader.read_to_string(&mut found).unwrap();
    assert_eq!(found, plain());
}
