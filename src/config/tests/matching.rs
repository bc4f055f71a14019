use super::*;

fn name_of<'a>(config: &'a Config, file: &str) -> Option<&'a str> {
    config.rule_for(Path::new(file)).ok()?.and_then(|rule| rule.name.as_deref())
}

const TEXT: &str = "creation_rules:
  - {name: prod, path_regex: '^prod/'}
  - {name: env, path_regex: \\.env$}
  - {name: absolute, path_regex: ^/elsewhere/}
";

#[test]
fn the_first_rule_whose_pattern_is_found_in_the_path_is_taken() {
    let config = parse(TEXT).unwrap();
    for (file, name) in [
        ("/repo/prod/a.env", Some("prod")),
        ("/repo/test/prod/a.env", Some("env")),
        ("/repo/test/prod/a.yaml", None),
        ("/elsewhere/prod/a", Some("absolute")),
        ("/repository/prod/a", None),
        ("/repo/test/../prod/./a", Some("prod")),
        ("prod/a", Some("prod")),
    ] {
        assert_eq!(name_of(&config, file), name, "{file}");
    }
}

#[test]
fn rules_of_which_none_matches_are_named() {
    let fault = parse(TEXT).unwrap().rule_for(Path::new("/repo/test/a.yaml")).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "no matching creation rules found for test/a.yaml in /repo/.sops.yaml: tried \"^prod/\" of line 2 (prod), \
         \"\\\\.env$\" of line 3 (env), \"^/elsewhere/\" of line 4 (absolute)"
    );
    assert!(fault.hint().is_some());
}

#[test]
fn an_empty_list_of_rules_matches_nothing_and_no_list_is_no_config() {
    let file = Path::new("/repo/a.yaml");
    assert!(matches!(parse("creation_rules: []").unwrap().rule_for(file), Err(ConfigError::NoMatch { .. })));
    assert!(parse("stores: {}").unwrap().rule_for(file).unwrap().is_none());
}

#[test]
fn a_rule_without_a_pattern_is_for_every_file() {
    let config = parse("creation_rules: [{name: all, path_regex: ''}]").unwrap();
    assert_eq!(name_of(&config, "/anything"), Some("all"));
}

#[test]
fn a_config_named_by_a_relative_path_knows_its_directory() {
    let config =
        Config::parse(Path::new("../up/c.yaml"), Path::new("/a/b"), b"creation_rules: [{path_regex: ^x}]")
            .unwrap();
    assert!(config.rule_for(Path::new("/a/up/x")).is_ok());
    assert!(config.rule_for(Path::new("/a/b/x")).is_err());
}
