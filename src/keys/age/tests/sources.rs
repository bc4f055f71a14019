//! Where identities come from.

use super::*;
use crate::keys::Found;

fn found(backend: &AgeBackend, name: &str) -> Found {
    let sources = backend.sources();
    sources.into_iter().find(|source| source.name.starts_with(name)).unwrap().found
}

fn first() -> Stanza {
    stanza(FIRST_PUBLIC, FIRST_ENC)
}

#[test]
fn identity_text_may_have_blanks_comments_and_several_keys_in_a_line() {
    for text in [
        FIRST.to_owned(),
        format!("\u{FEFF}# created: today\r\n# public key: x\r\n\r\n  {FIRST}\t \r\n"),
        format!("{SECOND} {FIRST}"),
        format!("{SECOND}\n\n{FIRST}\n"),
        format!("  # indented note\n{FIRST}"),
    ] {
        assert_eq!(opened(&with_key(&text), &first()), Ok(FIRST_KEY.into()), "{text:?}");
    }
}

#[test]
fn every_source_is_used() {
    let folder = tempfile::tempdir().unwrap();
    let at = |path: &str| folder.path().join(path);
    fs::create_dir_all(at(".ssh")).unwrap();
    fs::create_dir_all(at("sops/age")).unwrap();
    fs::copy(fixture("age-1.3.2/ssh_ed25519"), at(".ssh/id_ed25519")).unwrap();
    fs::copy(fixture("age-1.3.2/ssh_rsa"), at(".ssh/id_rsa")).unwrap();
    fs::write(at("sops/age/keys.txt"), FIRST).unwrap();
    let ed25519 = sealed(&fixture_text("age-1.3.2/ssh_ed25519.pub"));
    let rsa = sealed(&fixture_text("age-1.3.2/ssh_rsa.pub"));
    let key = || Some(Zeroizing::new(FIRST.to_owned()));
    let cat = |path: &PathBuf| Some(format!("cat '{}'", path.display()));
    for (stanza, sources) in [
        (&ed25519, Sources { ssh_private_key_file: Some(at(".ssh/id_ed25519")), ..Sources::default() }),
        (&rsa, Sources { ssh_private_key_cmd: cat(&at(".ssh/id_rsa")), ..Sources::default() }),
        (&ed25519, Sources { home: Some(at("")), ..Sources::default() }),
        (&rsa, Sources { home: Some(at("")), ..Sources::default() }),
        (&first(), Sources { key: key(), ..Sources::default() }),
        (&first(), Sources { key_file: Some(at("sops/age/keys.txt")), ..Sources::default() }),
        (&first(), Sources { key_cmd: cat(&at("sops/age/keys.txt")), ..Sources::default() }),
        (&first(), Sources { config_dir: Some(at("")), ..Sources::default() }),
    ] {
        assert!(opened(&backend(sources), stanza).is_ok());
    }
}

#[test]
fn unset_and_empty_sources_are_nothing() {
    let empty = Sources {
        ssh_private_key_file: Some(PathBuf::new()),
        ssh_private_key_cmd: Some(String::new()),
        home: Some("/nonexistent".into()),
        key: Some(Zeroizing::new("# only a note\n\n".into())),
        key_file: Some(PathBuf::new()),
        key_cmd: Some("  ".into()),
        config_dir: Some("/nonexistent".into()),
        plugins: true,
    };
    for sources in [Sources::default(), empty] {
        let backend = backend(sources);
        assert_eq!(opened(&backend, &first()), Err(KeyError::NoIdentity));
        assert!(backend.sources().iter().all(|source| source.found == Found::Nothing));
    }
}

#[test]
fn a_bad_source_is_skipped_and_named_when_nothing_opens() {
    let bad = |key: Option<&str>| {
        backend(Sources {
            ssh_private_key_file: Some(fixture("age-1.3.2/ssh_ecdsa")),
            key: key.map(|text| Zeroizing::new(text.to_owned())),
            key_file: Some("/nonexistent/keys".into()),
            key_cmd: Some("false".into()),
            ..Sources::default()
        })
    };
    assert_eq!(opened(&bad(Some(FIRST)), &first()), Ok(FIRST_KEY.into()));
    let backend = bad(Some(SECOND));
    assert_eq!(opened(&backend, &first()), Err(KeyError::NoMatch));
    let fault = |name| match found(&backend, name) {
        Found::Fault(why) => why,
        other => panic!("{other:?}"),
    };
    assert!(fault("SOPS_AGE_SSH_PRIVATE_KEY_FILE (").contains("only ssh-ed25519 and ssh-rsa"));
    assert!(fault("SOPS_AGE_KEY_FILE (/nonexistent/keys)").starts_with("it cannot be read: No such file"));
    assert_eq!(fault("SOPS_AGE_KEY_CMD"), "the command failed (exit status: 1)");
    assert_eq!(found(&backend, "SOPS_AGE_KEY"), Found::Identities(vec![SECOND_PUBLIC.into()]));
}

#[test]
fn one_bad_line_makes_its_source_useless() {
    let text = format!("{FIRST}\n\nAGE-SECRET-KEY-1XYZ\n");
    let backend = with_key(&text);
    assert_eq!(opened(&backend, &first()), Err(KeyError::NoIdentity));
    let why = "line 3 is a damaged AGE-SECRET-KEY-1…".to_owned();
    assert_eq!(found(&backend, "SOPS_AGE_KEY"), Found::Fault(why));
}

#[cfg(unix)]
#[test]
fn a_command_runs_once_for_each_recipient_and_is_told_which() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let script = format!("sh -c 'echo $SOPS_AGE_RECIPIENT >> {}; echo {FIRST}'", log.display());
    let backend = backend(Sources { key_cmd: Some(script), ..Sources::default() });
    for _ in 0..3 {
        assert!(opened(&backend, &first()).is_ok());
        assert!(opened(&backend, &sealed(SECOND_PUBLIC)).is_err());
    }
    assert_eq!(fs::read_to_string(log).unwrap(), format!("{FIRST_PUBLIC}\n{SECOND_PUBLIC}\n"));
}

fn locked(answer: &Arc<Answer>, sources: Sources) -> AgeBackend {
    AgeBackend::new(sources, Arc::clone(answer) as Arc<dyn Prompt>)
}

#[test]
fn a_passphrase_opens_an_identity_file_and_is_asked_once() {
    let stanza = stanza(&fixture_text("age-1.3.2/x25519.pub"), &fixture_text("age-1.3.2/x25519.enc"));
    for name in ["age-1.3.2/x25519_locked.age", "age-1.3.2/x25519_locked.bin"] {
        let answer = Answer::new(Some("correct horse"));
        let backend = locked(&answer, Sources { key_file: Some(fixture(name)), ..Sources::default() });
        assert!(matches!(found(&backend, "SOPS_AGE_KEY_FILE"), Found::Untouched));
        for _ in 0..3 {
            assert!(opened(&backend, &first()).is_err());
            assert!(opened(&backend, &stanza).is_ok());
        }
        let asked = answer.asked();
        assert_eq!(asked.len(), 1, "{asked:?}");
        assert!(asked[0].starts_with("the identity file SOPS_AGE_KEY_FILE (") && asked[0].contains(name));
        assert!(
            matches!(found(&backend, "SOPS_AGE_KEY_FILE"), Found::Identities(public) if public.len() == 1)
        );
    }
}

#[cfg(unix)]
#[test]
fn a_command_that_prints_a_locked_file_again_asks_once_too() {
    let answer = Answer::new(Some("correct horse"));
    let line = format!("cat {}", fixture("age-1.3.2/x25519_locked.age").display());
    let backend = locked(&answer, Sources { key_cmd: Some(line), ..Sources::default() });
    for public in [FIRST_PUBLIC, SECOND_PUBLIC] {
        assert_eq!(opened(&backend, &sealed(public)), Err(KeyError::NoMatch));
    }
    assert_eq!(answer.asked().len(), 1);
}

#[test]
fn a_wrong_or_missing_passphrase_is_not_asked_for_again() {
    let file = || Sources { key_file: Some(fixture("age-1.3.2/x25519_locked.age")), ..Sources::default() };
    let ssh = || Sources {
        ssh_private_key_file: Some(fixture("age-1.3.2/ssh_ed25519_locked")),
        ..Sources::default()
    };
    let ed25519 = sealed(&fixture_text("age-1.3.2/ssh_ed25519.pub"));
    for (passphrase, why) in [(Some("wrong"), "the passphrase is wrong"), (None, "no passphrase was given")] {
        for sources in [file(), ssh()] {
            let answer = Answer::new(passphrase);
            let backend = locked(&answer, sources);
            for _ in 0..2 {
                let Err(KeyError::Failed(said)) = opened(&backend, &ed25519) else { panic!() };
                assert!(said.starts_with("SOPS_AGE_") && said.ends_with(why), "{said}");
            }
            assert_eq!(answer.asked().len(), 1);
        }
    }
}

#[test]
fn a_locked_ssh_key_is_asked_for_only_when_the_file_is_for_it() {
    let answer = Answer::new(Some("correct horse"));
    let sources =
        Sources { ssh_private_key_file: Some(fixture("age-1.3.2/ssh_ed25519_locked")), ..Sources::default() };
    let backend = locked(&answer, sources);
    assert_eq!(opened(&backend, &first()), Err(KeyError::NoMatch));
    assert!(opened(&backend, &sealed(&fixture_text("age-1.3.2/ssh_rsa.pub"))).is_err());
    assert_eq!(answer.asked().len(), 0);
    let mine = sealed(&fixture_text("age-1.3.2/ssh_ed25519.pub"));
    assert!(opened(&backend, &mine).is_ok() && opened(&backend, &mine).is_ok());
    assert_eq!(answer.asked().len(), 1);
    assert!(answer.asked()[0].starts_with("the SSH key SOPS_AGE_SSH_PRIVATE_KEY_FILE ("));
}

#[test]
fn nothing_is_asked_when_an_identity_without_passphrase_opens_the_file() {
    let answer = Answer::new(None);
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("sops/age")).unwrap();
    fs::write(folder.path().join("sops/age/keys.txt"), FIRST).unwrap();
    let sources = Sources {
        key_file: Some(fixture("age-1.3.2/x25519_locked.age")),
        config_dir: Some(folder.path().into()),
        ..Sources::default()
    };
    assert_eq!(opened(&locked(&answer, sources), &first()), Ok(FIRST_KEY.into()));
    assert_eq!(answer.asked().len(), 0);
}

#[test]
fn a_file_that_no_passphrase_opens_asks_for_none() {
    let answer = Answer::new(Some("correct horse"));
    for name in ["age-1.3.2/x25519.enc", "README.md", "age-1.3.2/ssh_rsa"] {
        let backend = locked(&answer, Sources { key_file: Some(fixture(name)), ..Sources::default() });
        assert!(opened(&backend, &first()).is_err());
        assert!(matches!(found(&backend, "SOPS_AGE_KEY_FILE"), Found::Fault(_)), "{name}");
    }
    assert_eq!(answer.asked().len(), 0);
}

#[test]
fn ssh_keys_in_other_formats_say_what_to_do() {
    let backend = backend(Sources {
        ssh_private_key_file: Some(fixture("age-1.3.2/ssh_rsa_pem_locked")),
        ..Sources::default()
    });
    assert!(opened(&backend, &first()).is_err());
    let Found::Fault(why) = found(&backend, "SOPS_AGE_SSH_PRIVATE_KEY_FILE") else { panic!() };
    assert!(why.contains("ssh-keygen -p"), "{why}");
}

#[test]
fn ssh_keys_with_windows_line_ends_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    fs::write(&path, format!("\r\n{}", fixture_text("age-1.3.2/ssh_ed25519").replace('\n', "\r\n"))).unwrap();
    let backend = backend(Sources { ssh_private_key_file: Some(path), ..Sources::default() });
    assert!(opened(&backend, &sealed(&fixture_text("age-1.3.2/ssh_ed25519.pub"))).is_ok());
}
