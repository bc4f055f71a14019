//! With keys: what only an opened file tells.

use super::{PLAIN, check, found, guarded, sealed};

#[test]
fn moved_and_dropped_values_are_found_with_keys_alone() {
    let repository = guarded();
    let plain = "a: one\nb: two\nc: three\n";
    let text = sealed(&repository, "prod/a.yaml", plain, &["alice"], &[]);
    let lines: Vec<&str> = text.lines().collect();
    let value = |line: &str| line.split_once(": ").expect("a value").1.to_owned();
    let swapped = [format!("a: {}", value(lines[1])), format!("b: {}", value(lines[0]))];
    let rest = lines[2..].join("\n");
    repository.sandbox.write("prod/b.yaml", format!("{}\n{rest}\n", swapped.join("\n")));
    repository.sandbox.write("prod/c.yaml", format!("{}\n{rest}\n", lines[0]));
    assert_eq!(found(&repository, &[]), [""; 0]);
    let expected = ["prod/b.yaml:1 damaged-value a error", "prod/c.yaml mac-mismatch error"];
    assert_eq!(found(&repository, &["--verify"]), expected);
}

#[test]
fn a_file_that_no_key_opens_fails() {
    let repository = guarded();
    sealed(&repository, "prod/a.yaml", PLAIN, &["alice"], &[]);
    let without = |words: &[&str]| {
        let empty = repository.sandbox.home().join("none.age");
        std::fs::write(&empty, "# nothing\n").expect("a file");
        check(&repository, words).env("SOPS_AGE_KEY_FILE", empty).run()
    };
    assert!(without(&[]).success());
    let outcome = without(&["--verify", "--json"]);
    assert_eq!(super::findings(&outcome), ["prod/a.yaml unverified error"]);
    assert_eq!(outcome.status.code(), Some(1));
}

#[test]
fn what_is_told_without_a_key_is_not_told_twice() {
    let repository = guarded();
    let text = sealed(&repository, "prod/a.yaml", "a: 1\nb: 2\n", &["alice"], &[]);
    let line = text.lines().nth(1).expect("a line");
    repository.sandbox.write("prod/a.yaml", text.replace(line, "b: by hand"));
    assert_eq!(found(&repository, &["--verify"]), ["prod/a.yaml:2 plaintext-value b error"]);
}
