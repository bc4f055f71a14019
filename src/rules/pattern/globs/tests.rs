use super::Pattern;

fn globs(pattern: &str) -> Option<Vec<String>> {
    Pattern::new(pattern).expect(pattern).globs()
}

#[test]
fn patterns_become_the_wildcards_that_a_person_would_write() {
    for (pattern, expected) in [
        (r"\.secrets\.yaml$", &["**/*.secrets.yaml"][..]),
        (r"^prod/.*\.yaml$", &["prod/**/*.yaml"]),
        (r"(^|/)secrets\.toml$", &["**/secrets.toml"]),
        (r"\.enc\.(yaml|json)$", &["**/*.enc.yaml", "**/*.enc.json"]),
        (r"^secrets/[^/]+\.env$", &["secrets/?*.env"]),
        (r"^secrets/", &["secrets/**"]),
        (r"secrets/", &["**/*secrets/**"]),
        (r"^secrets\.yaml$", &["secrets.yaml"]),
        (r"secret", &["**/*secret*", "**/*secret*/**"]),
        (r"^a/[0-9]{2}\.env$", &["a/[0-9][0-9].env"]),
        (r"^a/\d+/b$", &["a/[0-9]*/b"]),
        (r"^a.*b$", &["a*b", "a*/**/*b"]),
        (r"^a.*/b$", &["a*/**/b"]),
        (r"^a/.*/b$", &["a/**/b"]),
        (r"^a/.*$", &["a/**"]),
        (r"^x[ab]\.y$", &["x[ab].y"]),
        (r"^x[\]!^-]\.y$", &[r"x[\!\-\]\^].y"]),
        (r"^\*\?\[\\x$", &[r"\*\?\[\\x"]),
        (r"^é ü$", &["é ü"]),
        (r"a$b", &[]),
        (r"^/abs$", &[]),
        (r"^dir/$", &[]),
        (r"(?i)^prod\.env$", &["[Pp][Rr][Oo][Dd].[Ee][Nn][Vv]"]),
        (r"\bkey\b\.env$", &["**/*key.env"]),
    ] {
        let expected: Vec<String> = expected.iter().map(|glob| (*glob).to_owned()).collect();
        assert_eq!(globs(pattern), Some(expected), "{pattern}");
    }
}

/// What `init` writes.
#[test]
fn the_usual_names_of_secret_files_are_told_exactly() {
    let found = globs(r"(^|[./_-])secrets?\.(ya?ml|json|toml|ini)$").expect("wildcards");
    assert_eq!(found.len(), 20);
    for glob in ["**/secret.yml", "**/secrets.toml", "**/*[\\-._]secrets.ini"] {
        assert!(found.iter().any(|one| one == glob), "{glob}: {found:?}");
    }
}

#[test]
fn a_pattern_for_almost_any_path_has_no_wildcards() {
    for pattern in ["", ".*", "^", "$", "^.*$", ".+", r"\w", "^[^/]+$", r"[./]", "(a|)"] {
        assert_eq!(globs(pattern), None, "{pattern}");
    }
}

#[test]
fn what_would_be_too_many_wildcards_becomes_fewer_and_wider_ones() {
    assert_eq!(globs(r"^a(b|c)?(d|e)?(f|g)?(h|i)?(j|k)?/x\.y$"), Some(vec!["a*/x.y".into()]));
    assert_eq!(globs(r"^p/(?i:ksskss)\.y$"), Some(vec!["p/?*?*?*?*?*?*.y".into()]));
    for pattern in [r"(a{9}){9}{9}", r"^(((a|b){8}){8}){8}x$", &"(a|b)".repeat(300), &"a?".repeat(900)] {
        let Ok(pattern) = Pattern::new(pattern) else { continue };
        assert!(pattern.globs().is_none_or(|globs| globs.len() <= 4));
    }
}
