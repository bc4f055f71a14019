use super::*;
use crate::keys::aws_kms::AwsKmsKey;
use crate::keys::gcp_kms::GcpKmsKey;
use crate::keys::hc_vault::HcVaultKey;
use crate::keys::pgp::PgpKey;
use crate::keys::{Source, open_gate};
use std::sync::{Arc, Mutex};
use zeroize::Zeroizing;

/// Keys of several kinds that "encrypt" by writing hex; opens those whose name is in `mine`.
struct Fake {
    mine: Vec<&'static str>,
    tried: Arc<Mutex<Vec<String>>>,
}

impl Backend for Fake {
    fn handles(&self, recipient: &Recipient) -> bool {
        !matches!(recipient, Recipient::HcVault(_))
    }

    fn wrap(&self, to: &Recipient, share: &Share) -> Result<String, KeyError> {
        if to.to_string().contains("bad") {
            return Err(KeyError::Failed("it is bad".into()));
        }
        Ok(share.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect())
    }

    fn unwrap(&self, stanza: &Stanza) -> Result<Share, KeyError> {
        let name = stanza.recipient.text().into_owned();
        self.tried.lock().unwrap().push(name.clone());
        if !self.mine.contains(&name.as_str()) {
            return Err(KeyError::NoMatch);
        }
        let digits = (0..stanza.enc.len()).step_by(2);
        let bytes = digits.map(|at| u8::from_str_radix(&stanza.enc[at..at + 2], 16).unwrap());
        Ok(Share::new(Zeroizing::new(bytes.collect())).unwrap())
    }

    fn sources(&self) -> Vec<Source> {
        Vec::new()
    }
}

fn ring(mine: &[&'static str]) -> (Keyring, Arc<Mutex<Vec<String>>>) {
    let tried = Arc::default();
    let fake = Fake { mine: mine.to_vec(), tried: Arc::clone(&tried) };
    (Keyring::new(vec![Box::new(fake)]), tried)
}

fn fake(name: &str) -> Recipient {
    of("fake", name)
}

pub(super) fn of(list: &str, name: &str) -> Recipient {
    match list {
        "pgp" => Recipient::Pgp(PgpKey { fingerprint: name.into() }),
        "kms" => Recipient::AwsKms(AwsKmsKey { arn: name.into(), ..AwsKmsKey::default() }),
        "hc_vault" => Recipient::HcVault(HcVaultKey {
            address: name.into(),
            engine_path: String::new(),
            key_name: String::new(),
        }),
        _ => Recipient::GcpKms(GcpKmsKey { resource_id: name.into() }),
    }
}

pub(super) fn key() -> DataKey {
    DataKey::from_slice(&std::array::from_fn::<u8, 32, _>(|n| n as u8)).unwrap()
}

pub(super) fn groups(names: &[&[&str]]) -> Vec<Vec<Recipient>> {
    names.iter().map(|group| group.iter().map(|name| fake(name)).collect()).collect()
}

/// Wraps for the groups, and gives what a holder of `mine` makes of it and which keys were tried.
fn reopened(
    names: &[&[&str]],
    threshold: usize,
    mine: &[&'static str],
) -> (Result<bool, UnwrapReport>, Vec<String>) {
    let (ring, tried) = ring(mine);
    let stanzas = ring.wrap(&groups(names), threshold, &key(), "").unwrap();
    let outcome = ring.unwrap(&stanzas, threshold, &Order::default(), &open_gate);
    let tried = tried.lock().unwrap().clone();
    (outcome.map(|found| found.as_bytes() == key().as_bytes()), tried)
}

#[test]
fn any_key_of_a_single_group_opens_it() {
    for mine in ["a", "b"] {
        assert_eq!(reopened(&[&["a", "b"]], 0, &[mine]).0, Ok(true));
    }
    let (ring, _) = ring(&[]);
    let stanzas = ring.wrap(&groups(&[&["a"]]), 7, &key(), "").unwrap();
    assert_eq!(stanzas[0][0].enc.len(), 64, "one group wraps the key itself, whatever the threshold");
}

#[test]
fn enough_groups_open_a_file_and_fewer_do_not() {
    let names: &[&[&str]] = &[&["a"], &["b", "c"], &["d"]];
    assert_eq!(reopened(names, 2, &["c", "d"]).0, Ok(true));
    assert_eq!(reopened(names, 0, &["a", "b", "d"]).0, Ok(true), "no threshold means all");
    let report = reopened(names, 2, &["c"]).0.unwrap_err();
    assert_eq!((report.opened(), report.needed, report.groups.len()), (1, 2, 3));
    assert_eq!(report.to_string(), "1 of 3 key groups opened, 2 are needed");
    assert_eq!(report.readers().map(ToString::to_string).collect::<Vec<_>>(), ["gcp_kms a", "gcp_kms d"]);
    let missing = Attempt { recipient: fake("a"), why: KeyError::NoMatch };
    assert_eq!(report.groups[0], GroupOutcome::Failed(vec![missing]));
}

#[test]
fn groups_beyond_the_threshold_are_not_tried() {
    let (outcome, tried) = reopened(&[&["a"], &["b"], &["c"], &["d"]], 2, &["a", "b", "c", "d"]);
    assert_eq!((outcome, tried), (Ok(true), vec!["a".to_owned(), "b".into()]));
}

#[test]
fn keys_are_tried_in_the_decryption_order() {
    for (order, expected) in [("", ["p", "k", "f", "last"]), ("gcp_kms,kms", ["f", "last", "", ""])] {
        let (ring, tried) = ring(&["last"]);
        let group = vec![of("kms", "k"), of("fake", "f"), of("pgp", "p"), of("fake", "last")];
        let stanzas = ring.wrap(&[group], 0, &key(), "").unwrap();
        ring.unwrap(&stanzas, 0, &Order::parse(order).unwrap(), &open_gate).ok().unwrap();
        let expected: Vec<_> = expected.into_iter().filter(|name| !name.is_empty()).collect();
        assert_eq!(*tried.lock().unwrap(), expected, "{order}");
    }
}

#[test]
fn thresholds_are_two_to_the_number_of_groups() {
    for (groups, asked, expected) in [
        (1, 0, Some(0)),
        (1, 9, Some(9)),
        (2, 0, Some(2)),
        (3, 2, Some(2)),
        (3, 3, Some(3)),
        (255, 0, Some(255)),
    ] {
        assert_eq!(threshold(groups, asked).ok(), expected, "{groups} {asked}");
    }
    assert!(matches!(threshold(2, 1), Err(WrapError::Threshold { threshold: 1, groups: 2 })));
    assert!(matches!(threshold(2, 3), Err(WrapError::Threshold { threshold: 3, groups: 2 })));
    assert!(matches!(threshold(256, 2), Err(WrapError::TooManyGroups(256))));
}

#[test]
fn empty_groups_are_refused() {
    let (ring, _) = ring(&[]);
    for (names, empty) in [(&[][..], 0), (&[&[][..]], 0), (&[&["a"], &[]], 1)] {
        let refused = ring.wrap(&groups(names), 0, &key(), "").err().unwrap();
        assert!(matches!(refused, WrapError::EmptyGroup { group } if group == empty));
    }
}

#[test]
fn every_key_that_cannot_be_wrapped_for_is_named() {
    let (ring, _) = ring(&[]);
    let names = [vec![fake("bad1"), fake("good")], vec![of("hc_vault", "x"), fake("bad2")]];
    let Err(WrapError::Keys(failures)) = ring.wrap(&names, 0, &key(), "") else { panic!() };
    let found: Vec<_> = failures.iter().map(|it| (it.group, it.recipient.to_string())).collect();
    assert_eq!(
        found,
        [(0, "gcp_kms bad1".into()), (1, "hc_vault x/v1//keys/".into()), (1, "gcp_kms bad2".into())]
    );
    assert_eq!(failures[1].why, KeyError::Unsupported("hc_vault".into()));
    assert_eq!(
        WrapError::Keys(failures[..2].to_vec()).to_string(),
        "the data key could not be encrypted for gcp_kms bad1 (it is bad), hc_vault x/v1//keys/ (this build cannot use hc_vault keys)"
    );
}

#[test]
fn a_share_is_no_key_and_a_key_is_no_share() {
    let (ring, _) = ring(&["a", "b"]);
    let whole = ring.wrap(&groups(&[&["a"]]), 0, &key(), "").unwrap();
    let parts = ring.wrap(&groups(&[&["a"], &["b"]]), 0, &key(), "").unwrap();
    let order = Order::default();
    let report = ring.unwrap(&parts[..1], 0, &order, &open_gate).err().unwrap();
    let why = KeyError::Damaged("it holds a share, not a whole key");
    assert_eq!(report.groups, [GroupOutcome::Failed(vec![Attempt { recipient: fake("a"), why }])]);
    let mixed = [whole[0].clone(), parts[1].clone()];
    assert_eq!(ring.unwrap(&mixed, 2, &order, &open_gate).err().unwrap().opened(), 1);
}

#[test]
fn a_share_twice_is_said_and_opens_nothing() {
    let (ring, _) = ring(&["a", "b"]);
    let parts = ring.wrap(&groups(&[&["a"], &["b"]]), 0, &key(), "").unwrap();
    let twice = [parts[0].clone(), parts[0].clone()];
    let report = ring.unwrap(&twice, 2, &Order::default(), &open_gate).err().unwrap();
    assert_eq!(report.mismatch, Some(CombineError::Repeated));
    assert!(report.to_string().contains("do not fit together"));
}

#[test]
fn odd_thresholds_and_groups_of_a_file_are_no_trouble() {
    let (ring, _) = ring(&["a", "b"]);
    let parts = ring.wrap(&groups(&[&["a"], &["b"]]), 0, &key(), "").unwrap();
    let order = Order::default();
    for threshold in [0, 1, 2] {
        assert!(ring.unwrap(&parts, threshold, &order, &open_gate).is_ok(), "{threshold}");
    }
    for threshold in [3, usize::MAX] {
        assert_eq!(ring.unwrap(&parts, threshold, &order, &open_gate).err().unwrap().needed, threshold);
    }
    let none = ring.unwrap(&[], 0, &order, &open_gate).err().unwrap();
    assert_eq!(none.to_string(), "the file names no key that could open it");
    assert!(ring.unwrap(&[Vec::new()], 0, &order, &open_gate).is_err());
}
