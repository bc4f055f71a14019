//! Every command of git that merges, in every format.

use super::*;
use crate::support::peer::{self, View};
use crate::support::tools;

const BASE: [&str; 3] = ["one", "two", "three"];
const OURS: [&str; 3] = ["ONE", "two", "three"];
const THEIRS: [&str; 3] = ["one", "two", "THREE"];
const BOTH: [&str; 3] = ["ONE", "two", "THREE"];

#[test]
fn unrelated_changes_merge_cleanly_in_every_format() {
    for format in Format::ALL {
        let (repository, file) = (repository(), format.file("s"));
        diverged(&repository, &file, &text(format, BASE), &text(format, OURS), &text(format, THEIRS));
        let ours = repository.sandbox.text(&file);
        let theirs = repository.git(["show", &format!("topic:{file}")]);
        let outcome = merge(&repository);
        assert!(outcome.success(), "{format:?}: {}", outcome.describe());
        opens_to(&repository, &file, &text(format, BOTH));
        let merged = repository.sandbox.text(&file);
        if format != Format::Binary {
            assert_eq!(kept(&ours, &merged).len(), if has_comment(format) { 3 } else { 2 }, "{format:?}");
            assert_eq!(kept(&theirs, &merged).len(), if has_comment(format) { 3 } else { 2 }, "{format:?}");
        }
        if format != Format::Toml {
            let view = peer::opens(&repository.sandbox, tools::SOPS, format, merged.as_bytes());
            let expected =
                peer::reads(&repository.sandbox, tools::SOPS, format, text(format, BOTH).as_bytes());
            let (view, expected): (View, View) =
                (view.expect("sops opens it"), expected.expect("sops reads it"));
            assert_eq!(view.differs(&expected), None, "{format:?}");
        }
    }
}

fn has_comment(format: Format) -> bool {
    matches!(format, Format::Yaml | Format::Dotenv)
}

fn yaml() -> Repository {
    let repository = repository();
    let [base, ours, theirs] = [BASE, OURS, THEIRS].map(|values| text(Format::Yaml, values));
    diverged(&repository, "s.yaml", &base, &ours, &theirs);
    repository
}

#[test]
fn rebase_and_cherry_pick_merge_as_merge_does() {
    for command in [["rebase", "topic"], ["cherry-pick", "topic"]] {
        let repository = yaml();
        repository.git(command);
        opens_to(&repository, "s.yaml", &text(Format::Yaml, BOTH));
    }
}

#[test]
fn a_revert_takes_back_its_own_change_only() {
    let repository = yaml();
    repository.git(["merge", "--quiet", "--no-edit", "topic"]);
    repository.git(["revert", "--no-edit", "HEAD^1"]);
    opens_to(&repository, "s.yaml", &text(Format::Yaml, THEIRS));
}

#[test]
fn a_stash_comes_back_onto_another_version() {
    let repository = repository();
    seal(&repository, "s.yaml", &text(Format::Yaml, BASE));
    repository.commit("base");
    rewrite(&repository, "s.yaml", &text(Format::Yaml, THEIRS));
    repository.git(["stash", "--quiet"]);
    rewrite(&repository, "s.yaml", &text(Format::Yaml, OURS));
    repository.commit("ours");
    repository.git(["stash", "pop", "--quiet"]);
    opens_to(&repository, "s.yaml", &text(Format::Yaml, BOTH));
}

#[test]
fn merge_tree_merges_without_a_work_tree() {
    let repository = yaml();
    let tree = repository.git(["merge-tree", "--write-tree", "main", "topic"]);
    let merged = repository.git(["show", &format!("{}:s.yaml", tree.trim())]);
    repository.sandbox.write("merged.yaml", merged);
    opens_to(&repository, "merged.yaml", &text(Format::Yaml, BOTH));
}

#[test]
fn a_result_that_is_one_of_the_sides_has_its_bytes() {
    let repository = yaml();
    let theirs = repository.git(["show", "topic:s.yaml"]);
    repository.git(["switch", "--quiet", "--create", "back", "main~1"]);
    repository.sandbox.write("other.txt", "");
    repository.commit("nothing");
    for (side, other) in [("s.yaml", "theirs.yaml"), ("theirs.yaml", "s.yaml")] {
        repository.sandbox.write("theirs.yaml", &theirs);
        repository.git(["checkout", "--quiet", "back", "--", "s.yaml"]);
        repository.sandbox.write("base.yaml", repository.git(["show", "back:s.yaml"]));
        let merged = repository.sandbox.run(["merge", "base.yaml", side, other]).text();
        assert_eq!(merged, theirs);
    }
}

#[test]
fn paths_with_spaces_and_other_scripts_merge_from_a_subdirectory() {
    let repository = repository();
    let file = "a dir/sécrets $HOME 'x'.yaml";
    let [base, ours, theirs] = [BASE, OURS, THEIRS].map(|values| text(Format::Yaml, values));
    repository.sandbox.write("a dir/sub/x", "");
    diverged(&repository, file, &base, &ours, &theirs);
    let merged = repository.git_in(&repository.sandbox.path("a dir/sub"), ["merge", "--no-edit", "topic"]);
    assert!(merged.success(), "{}", merged.describe());
    opens_to(&repository, file, &text(Format::Yaml, BOTH));
}

#[test]
fn linked_work_trees_and_sha_256_make_no_difference() {
    let repository = set_up(Repository::of_kind(&["--object-format=sha256"]));
    let [base, ours, theirs] = [BASE, OURS, THEIRS].map(|values| text(Format::Yaml, values));
    diverged(&repository, "s.yaml", &base, &ours, &theirs);
    let linked = repository.sandbox.path("linked");
    repository.git(["worktree", "add", "--quiet", "-b", "side", "linked", "main"]);
    let merged = repository.git_in(&linked, ["merge", "--no-edit", "topic"]);
    assert!(merged.success(), "{}", merged.describe());
    opens_to(&repository, "linked/s.yaml", &text(Format::Yaml, BOTH));
}

#[test]
fn a_file_that_one_side_renamed_is_merged_under_its_new_name() {
    let repository = repository();
    let long = |first: &str, last: &str| {
        let middle: String = (0..20).map(|n| format!("key{n}: value {n}\n")).collect();
        format!("first: {first}\n{middle}last: {last}\n")
    };
    seal(&repository, "old.yaml", &long("a", "z"));
    repository.commit("base");
    repository.git(["switch", "--quiet", "--create", "topic"]);
    rewrite(&repository, "old.yaml", &long("a", "Z"));
    repository.commit("theirs");
    repository.git(["switch", "--quiet", "main"]);
    repository.git(["mv", "old.yaml", "new.yaml"]);
    rewrite(&repository, "new.yaml", &long("A", "z"));
    repository.commit("ours");
    let outcome = merge(&repository);
    assert!(outcome.success(), "{}", outcome.describe());
    opens_to(&repository, "new.yaml", &long("A", "Z"));
}

#[test]
fn a_file_of_two_documents_is_merged_document_by_document() {
    let repository = repository();
    let of = |a: &str, b: &str| format!("---\na: {a}\nkeep: x\n---\nb: {b}\nkeep: y\n");
    diverged(&repository, "s.yaml", &of("1", "2"), &of("one", "2"), &of("1", "two"));
    let outcome = merge(&repository);
    assert!(outcome.success(), "{}", outcome.describe());
    opens_to(&repository, "s.yaml", &of("one", "two"));
}

#[test]
fn a_criss_cross_merge_comes_to_an_end() {
    let repository = yaml();
    repository.git(["branch", "side", "topic"]);
    repository.git(["merge", "--quiet", "--no-edit", "topic"]);
    repository.git(["switch", "--quiet", "side"]);
    repository.git(["merge", "--quiet", "--no-edit", "main~1"]);
    rewrite(&repository, "s.yaml", &text(Format::Yaml, ["ONE", "TWO", "THREE"]));
    repository.commit("side goes on");
    repository.git(["switch", "--quiet", "main"]);
    rewrite(&repository, "s.yaml", &text(Format::Yaml, ["uno", "two", "THREE"]));
    repository.commit("main goes on");
    let outcome = repository.try_git(["merge", "--no-edit", "side"]);
    assert!(outcome.success(), "{}", outcome.describe());
    opens_to(&repository, "s.yaml", &text(Format::Yaml, ["uno", "TWO", "THREE"]));
}

/// Each side merges the other's first change its own way, and then both are merged.
fn criss_cross(file: &str, base: &str, ours: &str, theirs: &str) -> Repository {
    let repository = repository();
    diverged(&repository, file, base, ours, theirs);
    repository.git(["switch", "--quiet", "--create", "side", "topic"]);
    for (branch, other) in [("side", "main"), ("main", "topic")] {
        repository.git(["switch", "--quiet", branch]);
        assert!(!repository.try_git(["merge", other]).success());
        repository.git(["checkout", "--ours", file]);
        repository.git(["commit", "--quiet", "--all", "--message", "our side"]);
    }
    repository
}

#[test]
fn a_value_that_common_ancestors_disagree_on_is_a_conflict_again() {
    for (format, file) in [(Format::Yaml, "s.yaml"), (Format::Binary, "s.txt")] {
        let of = |second| text(format, ["one", second, "three"]);
        let repository = criss_cross(file, &of("two"), &of("zwei"), &of("deux"));
        let outcome = repository.try_git(["merge", "--no-edit", "side"]);
        assert!(!outcome.success(), "{file}: {}", outcome.describe());
        let sealed = repository.sandbox.text(file);
        assert!(sealed.contains("<<<<<<<"), "{file}: {sealed}");
    }
}
