//! Repositories whose attributes and settings name programs: a check starts none of them.

use super::{PLAIN, check, found, guarded, sealed};

#[test]
fn no_program_that_a_repository_names_is_started() {
    let repository = guarded();
    sealed(&repository, "prod/a.yaml", PLAIN, &["alice"], &[]);
    let trap = repository.sandbox.path("../trapped");
    let touch = format!("touch {}", trap.display());
    repository.sandbox.write(".gitattributes", "* diff=trap filter=trap merge=trap\n");
    repository.sandbox.write("prod/b.yaml", PLAIN);
    repository.commit("first");
    for name in [
        "core.fsmonitor",
        "core.pager",
        "core.sshCommand",
        "core.editor",
        "diff.external",
        "diff.trap.textconv",
        "diff.trap.command",
        "filter.trap.clean",
        "filter.trap.smudge",
        "filter.trap.process",
        "merge.trap.driver",
        "credential.helper",
        "alias.ls-files",
        "uploadpack.packObjectsHook",
    ] {
        repository.git(["config", name, &touch]);
    }
    repository.git(["config", "core.hooksPath", &repository.sandbox.path("hooks").display().to_string()]);
    std::fs::remove_file(&trap).ok();
    repository.sandbox.write("prod/c.yaml", "<<<<<<< HEAD\n");
    for words in [
        &[][..],
        &["--staged"],
        &["--staged", "--all"],
        &["--rev", "HEAD"],
        &["--rev", "HEAD..HEAD"],
        &["--verify"],
    ] {
        let outcome = check(&repository, words).run();
        assert!(outcome.status.code().is_some_and(|code| code < 2), "{}", outcome.describe());
        assert!(!trap.exists(), "{words:?} started a program");
    }
}

#[test]
fn a_promised_object_that_is_not_here_is_not_fetched() {
    let repository = guarded();
    sealed(&repository, "prod/a.yaml", PLAIN, &["alice"], &[]);
    repository.commit("first");
    let id = repository.git(["rev-parse", "HEAD:prod/a.yaml"]);
    let id = id.trim();
    let object = repository.sandbox.path(format!(".git/objects/{}/{}", &id[..2], &id[2..]));
    std::fs::remove_file(object).expect("a loose object");
    repository.git(["config", "remote.origin.url", "ext::sh -c \"touch ../../trapped\""]);
    repository.git(["config", "remote.origin.promisor", "true"]);
    repository.git(["config", "protocol.ext.allow", "always"]);
    assert_eq!(found(&repository, &["--rev", "HEAD"]), ["prod/a.yaml too-large error"]);
    assert!(!repository.sandbox.path("../trapped").exists());
}
