//! Which calls are made: each once, only with leave, and not one dead service after the other.

use super::tests::{groups, key, of};
use super::*;
use crate::keys::{CallError, open_gate};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// A service for every kind of key; writes hex, and fails for keys called `dead`.
#[derive(Default)]
struct Service {
    calls: Arc<AtomicUsize>,
    takes: Duration,
}

impl Backend for Service {
    fn handles(&self, recipient: &Recipient) -> bool {
        recipient.list() != "hckms"
    }

    fn wrap(&self, _: &Recipient, share: &Share) -> Result<String, KeyError> {
        Ok(share.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect())
    }

    fn unwrap(&self, stanza: &Stanza) -> Result<Share, KeyError> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        std::thread::sleep(self.takes);
        if stanza.recipient.text().contains("dead") {
            let (place, credentials, why) = ("v".into(), "none".into(), "no answer".into());
            return Err(CallError { call: "decrypt", place, credentials, why }.into());
        }
        let bytes = (0..stanza.enc.len()).step_by(2);
        let bytes = bytes.map(|at| u8::from_str_radix(&stanza.enc[at..at + 2], 16).expect("hex"));
        Ok(Share::new(Zeroizing::new(bytes.collect())).expect("a key"))
    }
}

fn service(takes: Duration) -> (Keyring, Arc<AtomicUsize>) {
    let calls = Arc::default();
    (Keyring::new(vec![Box::new(Service { calls: Arc::clone(&calls), takes })]), calls)
}

fn opens(ring: &Keyring, stanzas: &[Vec<Stanza>]) -> bool {
    ring.unwrap(stanzas, 0, &Order::default(), &open_gate).is_ok()
}

#[test]
fn equal_wrapped_keys_are_unwrapped_once_by_all_threads() {
    let (ring, calls) = service(Duration::from_millis(50));
    let stanzas = ring.wrap(&groups(&[&["a"]]), 0, &key(), "").expect("wrapped");
    std::thread::scope(|scope| {
        (0..8).for_each(|_| drop(scope.spawn(|| assert!(opens(&ring, &stanzas)))));
    });
    assert_eq!(calls.load(Ordering::SeqCst), 1);
    let others = ring.wrap(&groups(&[&["b"]]), 0, &key(), "").expect("wrapped");
    assert!(opens(&ring, &others));
    assert_eq!(calls.load(Ordering::SeqCst), 2, "the same text under another key is another question");
}

#[test]
fn a_failure_is_kept_as_well() {
    let (ring, calls) = service(Duration::ZERO);
    let stanzas = ring.wrap(&groups(&[&["dead"]]), 0, &key(), "").expect("wrapped");
    assert!(!opens(&ring, &stanzas) && !opens(&ring, &stanzas));
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

#[test]
fn the_verdict_of_the_gate_is_asked_for_each_time_and_the_next_key_is_tried() {
    let (ring, calls) = service(Duration::ZERO);
    let stanzas = ring.wrap(&groups(&[&["a", "b"]]), 0, &key(), "").expect("wrapped");
    let only = |name: &'static str| {
        move |key: &Recipient| if key.text() == name { Ok(()) } else { Err(KeyError::NotAllowed) }
    };
    let order = Order::default();
    for (name, made) in [("a", 1), ("b", 2), ("a", 2)] {
        assert!(ring.unwrap(&stanzas, 0, &order, &only(name)).is_ok());
        assert_eq!(calls.load(Ordering::SeqCst), made, "{name}");
    }
    let report = ring.unwrap(&stanzas, 0, &order, &only("c")).err().expect("a report");
    let refused = |name: &str| Attempt { recipient: of("gcp_kms", name), why: KeyError::NotAllowed };
    assert_eq!(report.groups, [GroupOutcome::Failed(vec![refused("a"), refused("b")])]);
    assert_eq!(calls.load(Ordering::SeqCst), 2);
}

#[test]
fn the_gate_is_not_asked_about_local_keys_nor_about_keys_that_nothing_here_can_use() {
    let (ring, _) = service(Duration::ZERO);
    let shut = |key: &Recipient| panic!("asked about {key}");
    let stanzas = ring.wrap(&[vec![of("pgp", "a")]], 0, &key(), "").expect("wrapped");
    assert!(ring.unwrap(&stanzas, 0, &Order::default(), &shut).is_ok());
    let huawei = Recipient::parse("hckms", "r:u").expect("a key");
    let stanzas = [vec![Stanza::new(huawei, "00".into(), "")]];
    assert!(ring.unwrap(&stanzas, 0, &Order::default(), &shut).is_err());
}

#[test]
fn services_that_do_not_answer_are_waited_for_together_and_once() {
    let (ring, calls) = service(IN_VAIN);
    let dead = |number: &str| of("hc_vault", &format!("https://dead{number}"));
    let group = vec![dead("1"), dead("2"), dead("3"), dead("4")];
    let file = |key: &DataKey| ring.wrap(std::slice::from_ref(&group), 0, key, "").expect("wrapped");
    let began = Instant::now();
    assert!(!opens(&ring, &file(&key())));
    assert_eq!(calls.load(Ordering::SeqCst), 4);
    // Another file with keys of the same services.
    let other = DataKey::from_slice(&[7; 32]).expect("a key");
    assert!(!opens(&ring, &file(&other)));
    assert_eq!(calls.load(Ordering::SeqCst), 4);
    assert!(began.elapsed() < IN_VAIN * 3, "{:?}", began.elapsed());
}
