//! Findings of single files, without keys: the tokens here are whole, and of no key.

use super::*;
use crate::config::Config;
use crate::document::error::Place;

const TOKEN: &str = "ENC[AES256_GCM,data:oYyi,iv:MyIDYbT718JRr11QtBkcj3Dwm4k1aCGZBVeZf0EyV8o=,tag:t5z2Z023Up0kxwCgw1gNxg==,type:str]";
const ALICE: &str = "age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg";

/// A text in which `¤` is a token, `@` a recipient.
fn filled(text: &str) -> String {
    text.replace('¤', TOKEN).replace('@', ALICE)
}

/// The findings about a file by the rules of a config: each with its line and key.
fn found(rules: &str, path: &str, text: &str) -> Vec<(Kind, usize, String)> {
    let config = format!("creation_rules:\n{}", filled(rules));
    let config =
        Config::parse(Path::new("/r/.sops.yaml"), Path::new("/r"), config.as_bytes()).expect("a config");
    let path = Path::new("/r").join(path);
    let policy = match config.rules_for(&path).next() {
        Some((_, rule)) => Policy::Ruled(Ruled { rule, config: ".sops.yaml", name: &|_| None }),
        None => Policy::Unmatched(".sops.yaml"),
    };
    let bytes = Zeroizing::new(filled(text).into_bytes());
    let findings = check(&path, bytes, &policy, &Limits::default()).findings;
    let line = |place: Option<Place>| place.map_or(0, |place| place.line);
    findings.into_iter().map(|one| (one.kind, line(one.place), one.key.unwrap_or_default())).collect()
}

const RULE: &str = "  - path_regex: ^p/\n    age: '@'\n";

#[test]
fn a_value_in_clear_is_found_in_every_format() {
    let env = "sops_age__list_0__map_enc=x\nsops_age__list_0__map_recipient=@\nsops_lastmodified=2026-01-01T00:00:00Z\n\
               sops_mac=¤\nsops_unencrypted_suffix=_unencrypted\nsops_version=3.13.2\n";
    let flat = env.replace("sops_", "").replace('=', " = ");
    let yaml = "sops:\n  age: [{recipient: '@', enc: x}]\n  lastmodified: '2026-01-01T00:00:00Z'\n  mac: ¤\n  version: 3.13.2\n";
    let json = r#""sops":{"age":[{"recipient":"@","enc":"x"}],"lastmodified":"2026-01-01T00:00:00Z","mac":"¤","version":"3.13.2"}"#;
    let toml = "[sops]\nlastmodified = '2026-01-01T00:00:00Z'\nmac = '¤'\nversion = '3.13.2'\n[[sops.age]]\nrecipient = '@'\nenc = 'x'\n";
    for (path, text, key) in [
        ("p/a.yaml", format!("a: ¤\nb:\n  - 5\n{yaml}"), "b[0]"),
        ("p/a.json", format!("{{\"a\":\"¤\",\n\n\"b\":5,{json}}}"), "b"),
        ("p/a.toml", format!("a = '¤'\n\nb = 5\n{toml}"), "b"),
        ("p/a.env", format!("A=¤\nC=\nB=5\n{env}"), "B"),
        ("p/a.ini", format!("[s]\na = ¤\nb = 5\n[sops]\n{flat}"), "s.b"),
    ] {
        let expected = [(Kind::PlaintextValue, 3, key.to_owned())];
        assert_eq!(found(RULE, path, &text), expected, "{path}");
        // A name that tells no format, and no rule.
        let renamed = path.replace("p/a.", "q/a_");
        if !renamed.ends_with("toml") {
            let found = found(RULE, &renamed, &text);
            assert!(
                found.contains(&(Kind::NoRule, 0, String::new())) && found.contains(&expected[0]),
                "{renamed}: {found:?}"
            );
        }
    }
}

#[test]
fn a_line_that_ended_up_in_the_sops_block_is_found() {
    let ini = "[s]\na = ¤\n[sops]\nage__list_0__map_enc = x\nage__list_0__map_recipient = @\n\
               lastmodified = 2026-01-01T00:00:00Z\nmac = ¤\nversion = 3.13.2\npassword = hunter2\n";
    assert_eq!(found(RULE, "p/a.ini", ini), [(Kind::StrayMetadata, 9, String::new())]);
    let yaml = "a: ¤\nsops:\n  age: [{recipient: '@', enc: x}]\n  lastmodified: '2026-01-01T00:00:00Z'\n  mac: ¤\n  \
                pin: 1234\n  attention: take care\n  new_keys: [{enc: x}]\n  version: 3.99.0\n";
    assert_eq!(found(RULE, "p/a.yaml", yaml), [(Kind::StrayMetadata, 6, String::new())]);
}

#[test]
fn a_file_that_only_speaks_of_sops_is_no_finding() {
    for text in [
        "about: the sops block and its lastmodified\n",
        "{{ if .Values.sops }}\nlastmodified: x\n",
        "sops:\n  enabled: true\nlastmodified: never\n",
    ] {
        let findings = found(RULE, "q/a.yaml", text);
        assert!(findings.is_empty(), "{text}: {findings:?}");
    }
    assert!(found(RULE, "q/README.md", "sops lastmodified\n<<<<<<< HEAD\n").is_empty());
}

#[test]
fn nothing_that_comes_in_makes_a_check_fail() {
    let text = filled(
        "a: ¤\nsops:\n  age: [{recipient: '@', enc: x}]\n  lastmodified: '2026-01-01T00:00:00Z'\n  mac: ¤\n",
    );
    for end in 0..text.len() {
        if text.is_char_boundary(end) {
            found(RULE, "p/a.yaml", &text[..end]);
            found(RULE, "p/a", &text[end..]);
        }
    }
}

#[test]
fn what_has_to_be_encrypted_is_told_by_rule_and_name() {
    let is = |rules: &str, path: &str| !found(rules, path, "a: 1\n").is_empty();
    let all = "  - age: '@'\n";
    assert!(is(RULE, "p/a.yaml") && is(RULE, "p/README.yaml") && !is(RULE, "a.yaml"));
    assert!(!is(RULE, "p/.gitignore"));
    assert!(
        is(all, "secrets.yaml")
            && is(all, "x/a.enc.yaml")
            && !is(all, "a.yaml")
            && !is(all, "secrets.example.yaml")
    );
}

#[test]
fn conflict_markers_of_any_length_are_found() {
    for marker in ["<<<<<<<", "<<<<<<<<<<<"] {
        let text = format!("a: 1\n{marker} HEAD\nb: 1\n");
        assert_eq!(found(RULE, "p/a.yaml", &text), [(Kind::ConflictMarkers, 2, String::new())]);
    }
}
