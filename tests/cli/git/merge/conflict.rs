//! What both sides changed: markers around tokens, and how they are resolved.

use super::*;
use crate::support::tools;

const CANARIES: [&str; 3] = ["canary-base-9d1", "canary-ours-4f7", "canary-theirs-c02"];

/// `second` is in conflict; the rest merges.
fn in_conflict(format: Format) -> (Repository, String) {
    let (repository, file) = (repository(), format.file("s"));
    let [base, ours, theirs] = CANARIES;
    let of = |values| text(format, values);
    diverged(&repository, &file, &of(["a", base, "c"]), &of(["A", ours, "c"]), &of(["a", theirs, "C"]));
    let outcome = merge(&repository);
    assert_eq!(outcome.status.code(), Some(1), "{}", outcome.describe());
    (repository, file)
}

#[test]
fn a_conflict_has_markers_around_tokens_only() {
    for format in Format::ALL {
        let (repository, file) = in_conflict(format);
        let text = repository.sandbox.text(&file);
        assert!(text.contains("<<<<<<< ") && text.contains(">>>>>>> "), "{format:?}: {text}");
        for canary in CANARIES {
            assert!(!is_anywhere(&repository, canary), "{format:?}: {canary} is in clear");
        }
        if matches!(format, Format::Yaml | Format::Toml | Format::Dotenv | Format::Ini) {
            let first =
                text.lines().find(|line| line.to_lowercase().starts_with("first")).expect("the first key");
            assert_eq!(text.matches(first).count(), 1, "{format:?}: what merges is there once");
        }
        assert_eq!(repository.git(["diff", "--name-only", "--diff-filter=U"]).trim(), file);
    }
}

#[test]
fn each_side_of_a_conflict_is_a_whole_file() {
    for format in Format::ALL {
        let (repository, file) = in_conflict(format);
        let marked = repository.sandbox.text(&file);
        let side = |ours: bool| {
            let (mut text, mut inside) = (String::new(), None);
            for line in marked.split_inclusive('\n') {
                match line.get(..7) {
                    Some("<<<<<<<") => inside = Some(true),
                    Some("=======") => inside = Some(false),
                    Some(">>>>>>>") => inside = None,
                    _ if inside.is_none_or(|inside| inside == ours) => text.push_str(line),
                    _ => {}
                }
            }
            text
        };
        for (ours, second) in [(true, CANARIES[1]), (false, CANARIES[2])] {
            repository.sandbox.write(&file, side(ours));
            opens_to(&repository, &file, &text(format, ["A", second, "C"]));
            if format != Format::Toml {
                repository.sandbox.sops(tools::SOPS, ["decrypt", &file]).ok();
            }
        }
    }
}

#[test]
fn edit_shows_both_sides_in_plaintext_and_seals_the_answer() {
    for format in Format::ALL {
        let (repository, file) = in_conflict(format);
        let (editor, seen) =
            (repository.sandbox.home().join("resolve"), repository.sandbox.home().join("seen"));
        script(
            &editor,
            "cp \"$1\" \"$HOME/seen\"; sed -i -e '/^<<<<<<< /,/^=======$/d' -e '/^>>>>>>> /d' \"$1\"",
        );
        let marked = repository.sandbox.text(&file);
        repository.sandbox.sops_rs(["edit", &file]).env("EDITOR", &editor).run().ok();
        let seen = std::fs::read_to_string(seen).expect("what the editor got");
        assert!(seen.contains(CANARIES[1]) && seen.contains(CANARIES[2]), "{format:?}: {seen}");
        opens_to(&repository, &file, &text(format, ["A", CANARIES[2], "C"]));
        let sealed = repository.sandbox.text(&file);
        if matches!(format, Format::Yaml | Format::Toml | Format::Dotenv | Format::Ini) {
            assert_eq!(
                kept(&sealed, &marked).len(),
                if format == Format::Yaml || format == Format::Dotenv { 4 } else { 3 }
            );
        }
        repository.commit("merged");
        assert!(!is_anywhere(&repository, CANARIES[2]));
    }
}

#[test]
fn edit_saves_one_side_as_it_is_and_keeps_a_text_with_markers() {
    let (repository, file) = in_conflict(Format::Yaml);
    let before = repository.sandbox.text(&file);
    let editor = repository.sandbox.home().join("editor");
    script(&editor, "sed -i -e '/^=======$/d' \"$1\"");
    let message = repository.sandbox.sops_rs(["edit", &file]).env("EDITOR", &editor).run().refuses();
    assert!(
        message.contains("there is still a conflict marker") && message.contains("--resume"),
        "{message}"
    );
    assert_eq!(repository.sandbox.text(&file), before);
    script(&editor, "sed -i -e '/^=======$/,/^>>>>>>> /d' -e '/^<<<<<<< /d' \"$1\"");
    repository.sandbox.sops_rs(["edit", &file]).env("EDITOR", &editor).run().ok();
    opens_to(&repository, &file, &text(Format::Yaml, ["A", CANARIES[1], "C"]));
}

#[test]
fn other_commands_say_that_a_file_is_in_conflict() {
    for format in Format::ALL {
        let (repository, file) = in_conflict(format);
        for words in [
            vec!["decrypt", &file],
            vec!["set", &file, "x", "\"y\""],
            vec!["rotate", &file],
            vec!["exec-env", &file, "true"],
            vec!["updatekeys", "-y", &file],
        ] {
            let message = repository.sandbox.run(&words).refuses();
            assert!(message.contains("the file is in conflict"), "{words:?}: {message}");
            assert!(message.contains(&format!("sops-rs edit {file}")), "{words:?}: {message}");
        }
    }
}

#[test]
fn the_driver_says_by_key_path_what_is_left() {
    let repository = repository();
    let of = |second| text(Format::Yaml, ["a", second, "c"]);
    diverged(&repository, "s.yaml", &of("b"), &of("x"), &of("y"));
    let outcome = merge(&repository);
    let said = format!("{}{}", String::from_utf8_lossy(&outcome.stdout), outcome.stderr);
    assert!(said.contains("db.second") && said.contains("sops-rs edit s.yaml"), "{said}");
}

#[test]
fn by_hand_a_conflict_is_printed_and_answers_one() {
    let repository = repository();
    let of = |second| text(Format::Yaml, ["a", second, "c"]);
    seal(&repository, "base.yaml", &of("b"));
    for (file, second) in [("ours.yaml", "x"), ("theirs.yaml", "y")] {
        repository.sandbox.write(file, repository.sandbox.read("base.yaml"));
        rewrite(&repository, file, &of(second));
    }
    let outcome = repository.sandbox.run(["merge", "base.yaml", "ours.yaml", "theirs.yaml"]);
    assert_eq!(outcome.status.code(), Some(1), "{}", outcome.describe());
    assert!(
        String::from_utf8_lossy(&outcome.stdout).contains("<<<<<<< ours.yaml\n"),
        "{}",
        outcome.describe()
    );
    let outcome = repository.sandbox.run(["merge", "-i", "base.yaml", "ours.yaml", "base.yaml"]);
    assert!(outcome.success(), "{}", outcome.describe());
    opens_to(&repository, "ours.yaml", &of("x"));
}
