//! The program inside of real git repositories.

mod check;
mod diff;
mod merge;
mod setup;
mod tampering;
mod textconv;
mod trace;
mod view;
mod wildcards;

use crate::support::repository::Repository;

#[test]
fn a_repository_of_a_test_has_the_program_on_its_path() {
    let repository = Repository::new();
    repository.sandbox.write("a.txt", "a\n");
    repository.commit("first");
    repository.git(["config", "alias.v", "!sops-rs --version"]);
    assert!(repository.git(["v"]).starts_with("sops-rs "));
    assert_eq!(repository.git(["log", "--format=%s"]), "first\n");
}
