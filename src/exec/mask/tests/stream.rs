//! The matcher against the simplest possible one, over small alphabets, in every way to cut a text.

use super::mask;
use crate::exec::mask::Mask;
use std::time::Instant;
use zeroize::Zeroizing;

/// Numbers that look random, the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % limit
    }

    fn text(&mut self, length: usize, letters: usize) -> Vec<u8> {
        (0..length).map(|_| b'p' + self.below(letters) as u8).collect()
    }
}

/// Marks every byte of every occurrence, then writes each run of marks as one replacement.
fn naive(secrets: &[Vec<u8>], text: &[u8]) -> Vec<u8> {
    let mut marks = vec![false; text.len()];
    for secret in secrets {
        for at in 0..=text.len().saturating_sub(secret.len()) {
            if text[at..].starts_with(secret) {
                marks[at..at + secret.len()].fill(true);
            }
        }
    }
    let mut out = Vec::new();
    for (at, byte) in text.iter().enumerate() {
        match (marks[at], at > 0 && marks[at - 1]) {
            (true, true) => {}
            (true, false) => out.extend_from_slice(b"***"),
            (false, _) => out.push(*byte),
        }
    }
    out
}

fn in_pieces(mask: &Mask, pieces: impl IntoIterator<Item = impl AsRef<[u8]>>) -> Vec<u8> {
    let mut out = Zeroizing::new(Vec::new());
    let mut stream = mask.stream();
    for piece in pieces {
        stream.push(piece.as_ref(), &mut out);
    }
    stream.flush(&mut out);
    assert_eq!(stream.held(), 0);
    out.to_vec()
}

/// Letters from `p` on: no form of a secret but itself consists of them, for base64 has others too.
#[test]
fn it_finds_what_a_naive_search_finds_however_the_text_is_cut() {
    let mut dice = Dice(7);
    for round in 0..1500 {
        let letters = 2 + dice.below(3);
        let minimum = 1 + dice.below(9);
        let secrets: Vec<Vec<u8>> = (0..1 + dice.below(6))
            .map(|_| {
                let length = minimum + dice.below(8);
                dice.text(length, letters)
            })
            .collect();
        let length = dice.below(60);
        let text = dice.text(length, letters);
        let values: Vec<&[u8]> = secrets.iter().map(Vec::as_slice).collect();
        let mask = mask(minimum, &values);
        let expected = naive(&secrets, &text);
        assert_eq!(*mask.apply(&text), expected, "round {round}");
        for cut in 0..text.len() {
            assert_eq!(
                in_pieces(&mask, [&text[..cut], &text[cut..]]),
                expected,
                "round {round}, cut at {cut}"
            );
        }
        assert_eq!(in_pieces(&mask, text.chunks(1)), expected, "round {round}, byte by byte");
        let size = 1 + dice.below(7);
        assert_eq!(in_pieces(&mask, text.chunks(size)), expected, "round {round}, pieces of {size}");
    }
}

#[test]
fn every_way_to_cut_a_short_text_gives_the_same() {
    let secrets = [b"pqpq".to_vec(), b"qpqrr".to_vec(), b"rrrr".to_vec()];
    let mask = mask(4, &secrets.each_ref().map(Vec::as_slice));
    for text in [&b"pqpqrrrrp"[..], b"pqpqpqrrq", b"rrrpqpqrr", b"qpqrpqpqr"] {
        let expected = naive(&secrets, text);
        for cuts in 0..1u32 << (text.len() - 1) {
            let (mut pieces, mut start) = (Vec::new(), 0);
            for at in 1..=text.len() {
                if at == text.len() || cuts >> (at - 1) & 1 == 1 {
                    pieces.push(&text[start..at]);
                    start = at;
                }
            }
            assert_eq!(in_pieces(&mask, pieces), expected);
        }
    }
}

#[test]
fn long_texts_are_masked_across_every_inner_border() {
    let secret = b"0123456789-the-secret";
    let mask = mask(8, &[secret]);
    for shift in 0..40 {
        let mut text = vec![b'.'; (1 << 16) - 30 + shift];
        text.extend_from_slice(secret);
        text.extend_from_slice(&vec![b','; 100_000]);
        let expected = naive(&[secret.to_vec()], &text);
        assert_eq!(*mask.apply(&text), expected, "{shift}");
    }
}

#[test]
fn only_the_start_of_a_secret_is_kept_back() {
    let mask = mask(8, &[b"hunter2-hunter3"]);
    let mut stream = mask.stream();
    let mut out = Zeroizing::new(Vec::new());
    for (piece, given, held) in [
        ("Password: ", "Password: ", 0),
        ("say hunt", "say ", 4),
        ("hunter2-", "hunt", 8),
        ("hunter2-", "hunter2-", 8),
        ("hunter3", "***", 0),
        ("!hunter2-hunter3?h", "!***?", 1),
    ] {
        out.clear();
        stream.push(piece.as_bytes(), &mut out);
        assert_eq!((String::from_utf8_lossy(&out).as_ref(), stream.held()), (given, held), "{piece}");
    }
}

#[test]
fn the_rest_of_a_secret_whose_start_was_given_out_is_masked() {
    let mask = mask(8, &[b"hunter2-hunter3"]);
    let mut stream = mask.stream();
    let mut out = Zeroizing::new(Vec::new());
    stream.push(b"x hunter2", &mut out);
    stream.flush(&mut out);
    stream.push(b"-hun", &mut out);
    assert_eq!(*out, *b"x hunter2");
    stream.push(b"ter3 and hunter2-hunter3", &mut out);
    stream.flush(&mut out);
    assert_eq!(*out, *b"x hunter2*** and ***");
}

#[test]
fn random_bytes_come_through_unchanged() {
    let mut dice = Dice(11);
    let text: Vec<u8> = (0..1 << 20).map(|_| dice.below(256) as u8).collect();
    let secrets: Vec<Vec<u8>> = (0..200).map(|_| (0..20).map(|_| dice.below(256) as u8).collect()).collect();
    let mask = mask(8, &secrets.iter().map(Vec::as_slice).collect::<Vec<_>>());
    assert_eq!(in_pieces(&mask, text.chunks(4099)), text);
}

/// Texts and secrets that are nearly alike everywhere; a quadratic search would need minutes.
#[test]
fn no_text_makes_it_slow() {
    let run = |length: usize| vec![b'a'; length];
    let ending = |length: usize| [run(length), b"b".to_vec()].concat();
    let secrets: Vec<Vec<u8>> = (8..1000).step_by(16).map(ending).collect();
    let mask = mask(8, &secrets.iter().map(Vec::as_slice).collect::<Vec<_>>());
    let start = Instant::now();
    let text = run(4 << 20);
    assert_eq!(in_pieces(&mask, text.chunks(1000)), text);
    assert_eq!(in_pieces(&mask, [ending(4 << 20)]).last(), Some(&b'*'));
    let near = [run(7), b"c".to_vec()].concat().repeat(1 << 19);
    assert_eq!(in_pieces(&mask, near.chunks(10)), near);
    assert!(start.elapsed().as_secs() < 30, "{:?}", start.elapsed());
}
