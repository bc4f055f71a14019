use super::*;
use crate::rules::Selection;
use proptest::prelude::*;

fn age(key: &str) -> String {
    format!("age {key}")
}

#[test]
fn keys_are_read_from_text_with_commas_and_from_lists() {
    for fields in [
        "age: ALICE,BOB",
        "age: 'ALICE, BOB,'",
        "age: >-\n  ALICE,\n  BOB",
        "age: [ALICE, BOB]",
        "age:\n  - ALICE\n  - BOB",
        "age: ['ALICE,BOB', ALICE]",
        "key_groups: [{age: [ALICE, BOB]}]",
        "key_groups:\n  - age:\n      - ALICE,BOB\n      - ALICE",
    ] {
        assert_eq!(keys(&rule(fields)), [[age(ALICE), age(BOB)]], "{fields}");
    }
}

#[test]
fn flat_keys_stand_in_the_order_of_sops() {
    let rule = rule(
        "hc_vault_transit_uri: http://127.0.0.1:8200/v1/sops/transit/keys/one
azure_keyvault: https://v.vault.azure.net/keys/k/0a1b, https://v.vault.azure.net/keys/k
hckms: ['eu-west:0000-1111']
gcp_kms: projects/p/locations/global/keyRings/r/cryptoKeys/k
aws_profile: team
kms: ARN + arn:aws:iam::123456789012:role/r
pgp: 85D7 7543 B3D6
age: ALICE",
    );
    assert_eq!(
        keys(&rule),
        [[
            age(ALICE),
            "pgp 85D77543B3D6".into(),
            format!("kms {ARN}+arn:aws:iam::123456789012:role/r||team"),
            "gcp_kms projects/p/locations/global/keyRings/r/cryptoKeys/k".into(),
            "hckms eu-west:0000-1111".into(),
            "azure_kv https://v.vault.azure.net/keys/k/0a1b".into(),
            "azure_kv https://v.vault.azure.net/keys/k/".into(),
            "hc_vault http://127.0.0.1:8200/v1/sops/transit/keys/one".into(),
        ]]
    );
}

#[test]
fn key_groups_merge_others_first_and_drop_what_is_there_twice() {
    let rule = rule(
        "shamir_threshold: 2
key_groups:
  - age: [BOB]
    kms:
      - arn: ARN
        role: arn:aws:iam::1:role/r
        context: {Env: test, App: '1'}
        aws_profile: p
    merge:
      - pgp: [AAAA]
        merge:
          - hc_vault: ['https://vault/v1/e/keys/k']
      - age: [ALICE, BOB]
  - gcp_kms: [{resource_id: projects/p/locations/l/keyRings/r/cryptoKeys/k}]
    hckms: [{key_id: 'r:u'}]
    azure_keyvault: [{vaultUrl: 'https://v', key: k, version: '1'}, {vaultUrl: 'https://v', key: k}]",
    );
    assert_eq!(rule.shamir_threshold, Some(2));
    assert_eq!(
        keys(&rule),
        [
            vec![
                "hc_vault https://vault/v1/e/keys/k".into(),
                "pgp AAAA".into(),
                age(ALICE),
                age(BOB),
                format!("kms {ARN}+arn:aws:iam::1:role/r|App:1,Env:test|p"),
            ],
            vec![
                "gcp_kms projects/p/locations/l/keyRings/r/cryptoKeys/k".into(),
                "hckms r:u".into(),
                "azure_kv https://v/keys/k/1".into(),
                "azure_kv https://v/keys/k/".into(),
            ],
        ]
    );
}

#[test]
fn flat_keys_beside_key_groups_are_ignored_with_a_warning() {
    let config = parse(&one("age: nonsense\nkey_groups: [{age: [ALICE]}]")).unwrap();
    assert_eq!(keys(&config.creation_rules.unwrap()[0]), [[age(ALICE)]]);
    assert!(config.warnings[0].to_string().starts_with("2:10: `age` is ignored"), "{}", config.warnings[0]);
    let config = parse(&one("age: ALICE\nkey_groups: []")).unwrap();
    assert_eq!((keys(&config.creation_rules.unwrap()[0]).len(), config.warnings.len()), (1, 0));
}

#[test]
fn a_rule_without_keys_has_one_empty_group() {
    assert_eq!(rule("path_regex: x").groups, [[]]);
    assert_eq!(rule("age:\npgp: ''\nkey_groups: ~\nunencrypted_suffix: ''").groups, [[]]);
}

#[test]
fn each_selection_setting_is_read() {
    for field in Selection::FIELDS {
        let rule = rule(&format!("{field}: ^x$"));
        assert_eq!(rule.selection, Some(Selection::from_field(field, "^x$").unwrap().unwrap()));
    }
    assert_eq!(rule("age: ALICE").selection, None);
}

#[test]
fn truth_has_the_words_of_old_yaml_too() {
    for (text, value) in
        [("true", true), ("yes", true), ("'on'", true), ("False", false), ("n", false), ("~", false)]
    {
        assert_eq!(rule(&format!("mac_only_encrypted: {text}")).mac_only_encrypted, value, "{text}");
    }
}

#[test]
fn anchors_aliases_and_merge_keys_work() {
    let rules = rules(
        "keys:
  - &users:
    - &alice ALICE
  - &bob BOB
  - &team [*alice, *bob]
defaults: &defaults
  mac_only_encrypted: true
  age: *team
creation_rules:
  - <<: *defaults
    path_regex: one
  - path_regex: two
    <<: [{age: *bob}, *defaults]
  - &third
    path_regex: three
    pgp: AAAA
    age: *alice
",
    );
    assert_eq!(keys(&rules[0]), [[age(ALICE), age(BOB)]]);
    assert!(rules[0].mac_only_encrypted);
    assert_eq!(keys(&rules[1]), [[age(BOB)]]);
    assert!(rules[1].mac_only_encrypted);
    assert_eq!(keys(&rules[2]), [[age(ALICE), "pgp AAAA".into()]]);
}

#[test]
fn an_own_key_wins_over_a_merged_one_wherever_it_stands() {
    let text = "x: &x {age: ALICE}\ncreation_rules:\n  - age: BOB\n    <<: *x\n  - <<: *x\n    age: BOB\n";
    for rule in rules(text) {
        assert_eq!(keys(&rule), [[age(BOB)]]);
    }
}

#[test]
fn an_empty_file_is_a_config_without_rules() {
    for text in
        ["", "# nothing\n", "---\n", "~", "creation_rules:\n", "stores: {}\n", "\u{feff}creation_rules:\n"]
    {
        let config = parse(text).unwrap_or_else(|fault| panic!("{text:?}: {fault}"));
        assert!(config.creation_rules.is_none(), "{text:?}");
        assert_eq!(config.stores, Stores::default());
    }
}

#[test]
fn destinations_are_read() {
    let config = parse(
        "destination_rules:
  - path_regex: s3/.*
    s3_bucket: b
    s3_prefix: p/
    omit_extensions: true
    recreation_rule: {age: ALICE}
  - gcs_bucket: g
  - vault_path: v/
    vault_kv_version: 1
",
    )
    .unwrap();
    let [s3, gcs, vault] = config.destination_rules.as_slice() else { panic!("three rules") };
    assert_eq!(s3.target, Target::S3 { bucket: "b".into(), prefix: "p/".into() });
    assert!(s3.omit_extensions);
    assert_eq!(keys(s3.recreation_rule.as_ref().unwrap()), [[age(ALICE)]]);
    assert_eq!(gcs.target, Target::Gcs { bucket: "g".into(), prefix: String::new() });
    let expected = Target::Vault { path: "v/".into(), address: None, mount: "secret/".into(), version: 1 };
    assert_eq!(vault.target, expected);
    assert!(config.creation_rules.is_none());
}

#[test]
fn stores_have_the_defaults_of_sops() {
    let stores = |text: &str| parse(&format!("stores: {text}")).unwrap().stores;
    assert_eq!(stores("{}"), Stores { yaml: 4, json: None, json_binary: None });
    assert_eq!(
        stores("{yaml: {indent: 2}, json: {indent: 0}, json_binary: {indent: 3}, dotenv: {}, ini: }"),
        Stores { yaml: 2, json: Some(0), json_binary: Some(3) }
    );
    assert_eq!(stores("{yaml: {indent: 0}, json: {indent: -1}}"), Stores::default());
}

#[test]
fn environments_are_read_with_files_beside_the_config() {
    let config = parse(
        "environments:\n  prod:\n    files: [a.env, ../b.env, /c.env]\n    preset: dlt\n    only: [A*]\n    \
         variables: {LEVEL: 007, ON: true}\n  dev: {files: [a.env]}\n",
    );
    let environments = config.unwrap_or_else(|fault| panic!("{fault}")).environments;
    let names: Vec<&str> = environments.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["prod", "dev"]);
    let prod = &environments[0];
    assert_eq!(prod.files, ["/repo/a.env", "/b.env", "/c.env"].map(std::path::PathBuf::from));
    assert_eq!(prod.preset.as_ref().map(|word| (word.text.as_str(), word.place.line)), Some(("dlt", 4)));
    let variables: Vec<(&str, &str)> =
        prod.variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(
        (prod.only.as_slice(), variables),
        (&["A*".to_owned()][..], vec![("LEVEL", "007"), ("ON", "true")])
    );
}

#[test]
fn a_large_config_is_read_in_good_time() {
    let mut text = String::from("keys:\n");
    for number in 0..5000 {
        text.push_str(&format!("  - &k{number} {ALICE}\n"));
    }
    text.push_str("creation_rules:\n");
    for number in 0..5000 {
        text.push_str(&format!("  - path_regex: ^x{number}/\n    pgp: *k{number}\n"));
    }
    let start = std::time::Instant::now();
    assert_eq!(rules(&text).len(), 5000);
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

const SEED: &str = "keys: &a [&b x, *b]\ncreation_rules:\n  - <<: &c {age: ALICE}\n    path_regex: '^a(b|c)$'\n    key_groups:\n      - merge: [{kms: [{arn: 'ARN', context: {a: b}}]}]\n    shamir_threshold: 2\ndestination_rules: [{s3_bucket: b}]\nstores: {yaml: {indent: 2}}\n";

proptest! {
    #[test]
    fn no_input_makes_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Config::parse(Path::new("c"), Path::new("/"), &bytes);
    }

    #[test]
    fn no_change_of_a_config_makes_the_reader_panic(
        edits in proptest::collection::vec((0..SEED.len(), "[-:&*<{}\\[\\],'\"|> \n\ta~0!%#é?]{0,3}", 0..4_usize), 1..6),
    ) {
        let mut text: Vec<char> = SEED.replace("ALICE", ALICE).replace("ARN", ARN).chars().collect();
        for (at, insert, remove) in edits {
            let at = at.min(text.len());
            let end = (at + remove).min(text.len());
            text.splice(at..end, insert.chars());
        }
        let text: String = text.into_iter().collect();
        if let Err(fault) = parse(&text) {
            prop_assert!(fault.to_string().starts_with("/repo/.sops.yaml:"), "{}", fault);
        }
    }
}
