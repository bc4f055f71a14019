use super::*;

const EXAMPLE: &str = include_str!("../../../.sops-rs.yaml.example");

fn example() -> Config {
    Config::parse(Path::new("/repo/.sops-rs.yaml"), Path::new("/"), EXAMPLE.as_bytes()).unwrap()
}

#[test]
fn the_example_is_a_config_without_warnings() {
    let config = example();
    assert!(config.warnings.is_empty(), "{}", config.warnings[0]);
    assert!(config.creation_rules.is_some_and(|rules| rules.len() > 3));
    assert_eq!(config.destination_rules.len(), 3);
}

#[test]
fn the_example_has_every_key_that_the_reader_knows() {
    // Keys that exclude each other stand in comments.
    for key in known_keys() {
        let shown = EXAMPLE.lines().any(|line| {
            let line = line.trim_start_matches([' ', '#', '-', '{', '[']);
            line.starts_with(&format!("{key}:"))
                || line.contains(&format!("{{ {key}: "))
                || line.contains(&format!(", {key}: "))
        });
        assert!(shown, "`{key}` is not in the example");
    }
}

#[test]
fn the_commented_keys_of_the_example_are_known() {
    let commented = EXAMPLE.lines().filter_map(|line| line.trim_start().strip_prefix("# ")?.split_once(": "));
    let keys: Vec<&str> = commented.map(|(key, _)| key).filter(|key| key.contains('_')).collect();
    assert!(!keys.is_empty());
    for key in keys {
        assert!(known_keys().any(|known| known == key), "the example speaks of `{key}`");
    }
}

#[test]
fn the_example_does_what_its_comments_say() {
    let config = example();
    for (file, name) in [
        (".dlt/secrets.toml", "pipelines"),
        ("k8s/base/db.secret.yaml", "kubernetes"),
        ("prod/db.yaml", "production"),
        ("anything/else.yaml", "everything else"),
    ] {
        let rule = config.rule_for(&Path::new("/repo").join(file)).unwrap().unwrap();
        assert_eq!(rule.name.as_deref(), Some(name), "{file}");
    }
}
