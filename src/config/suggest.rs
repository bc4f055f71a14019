//! Did you mean …?

/// The known key that a misspelled one most likely stands for.
pub(super) fn nearest<'a>(key: &str, known: &[&'a str]) -> Option<&'a str> {
    let plain = plain(key);
    // Names are short; a long one is not a misspelling of them, and comparing it would take its time.
    if plain.len() > 40 {
        return None;
    }
    let distance = |name: &str| edits(&plain, &self::plain(name));
    let nearest =
        known.iter().min_by_key(|name| distance(name)).filter(|name| distance(name) <= 2 + name.len() / 6);
    let other_name = || {
        ALSO_CALLED.iter().find(|(alias, name)| *alias == plain && known.contains(name)).map(|(_, name)| name)
    };
    let containing = || known.iter().find(|name| plain.len() > 3 && self::plain(name).contains(&plain));
    other_name().or(nearest).or_else(containing).copied()
}

/// What the same thing is called at another place: on the command line, in the metadata, in a key group.
const ALSO_CALLED: &[(&str, &str)] = &[
    ("azurekv", "azure_keyvault"),
    ("hcvault", "hc_vault_transit_uri"),
    ("hcvaulttransit", "hc_vault_transit_uri"),
    ("hcvaulttransituri", "hc_vault"),
    ("vaulturi", "hc_vault_transit_uri"),
    ("recipients", "age"),
    ("recipient", "age"),
    ("awskms", "kms"),
    ("name", "key"),
    ("role_arn", "role"),
];

/// Without case, `_` and `-`.
fn plain(key: &str) -> String {
    key.chars().filter(|c| !matches!(c, '_' | '-')).flat_map(char::to_lowercase).collect()
}

/// Levenshtein's distance in characters.
fn edits(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, b) in to.iter().enumerate() {
            let substituted = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelling_finds_its_key() {
        let known = ["path_regex", "encrypted_regex", "unencrypted_regex", "age", "azure_keyvault"];
        for (key, near) in [
            ("path_regexp", Some("path_regex")),
            ("path-regex", Some("path_regex")),
            ("encryptedRegex", Some("encrypted_regex")),
            ("unecrypted_regex", Some("unencrypted_regex")),
            ("azure_kv", Some("azure_keyvault")),
            ("keyvault", Some("azure_keyvault")),
            ("agee", Some("age")),
            ("input_type", None),
        ] {
            assert_eq!(nearest(key, &known), near, "{key}");
        }
        assert_eq!(nearest(&"x".repeat(100_000), &known), None);
    }

    #[test]
    fn distances_are_those_of_levenshtein() {
        assert_eq!(edits("kitten", "sitting"), 3);
        assert_eq!(edits("", "abc"), 3);
    }
}
