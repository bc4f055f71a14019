//! How fast output is masked: `cargo bench --bench masking`. Exits with 1 when an aim is missed.
//!
//! 1,000 secrets of 16 to 64 bytes, and texts of the kinds that programs print. The times are those of one thread
//! without pipes, the least of several runs.

use sops_rs::exec::mask::{Mask, Options};
use std::process::ExitCode;
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

const SECRETS: usize = 1000;
const TEXT: usize = 64 << 20;
const RUNS: usize = 5;
/// What a pipe gives at a time.
const CHUNK: usize = 1 << 16;
/// MB/s, over texts of any kind that is not made to be slow.
const AIM: u128 = 500;

/// Numbers that look random, the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_default() % limit
    }

    fn from(&mut self, letters: &[u8], length: usize) -> Vec<u8> {
        (0..length).map(|_| letters[self.below(letters.len())]).collect()
    }
}

const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn log(dice: &mut Dice, secrets: &[Vec<u8>]) -> Vec<u8> {
    let mut text = Vec::with_capacity(TEXT + 1000);
    let words =
        ["INFO", "loaded", "rows into", "https://api.example.com/v1/items?page=", "ERROR retry", "user=app"];
    while text.len() < TEXT {
        text.extend_from_slice(b"2026-11-22T12:00:00.000Z ");
        for _ in 0..6 {
            text.extend_from_slice(words[dice.below(words.len())].as_bytes());
            text.extend_from_slice(format!(" {} ", dice.below(1_000_000)).as_bytes());
        }
        if dice.below(1000) == 0 {
            text.extend_from_slice(&secrets[dice.below(secrets.len())]);
        }
        text.push(b'\n');
    }
    text
}

/// The least time for a text, in pieces as a pipe gives them.
fn measure(mask: &Mask, text: &[u8]) -> Duration {
    let mut out = Zeroizing::new(Vec::new());
    let run = |_| {
        let start = Instant::now();
        let mut stream = mask.stream();
        for chunk in text.chunks(CHUNK) {
            out.clear();
            stream.push(chunk, &mut out);
        }
        start.elapsed()
    };
    (0..RUNS).map(run).min().unwrap_or_default()
}

fn main() -> ExitCode {
    let mut dice = Dice(1);
    let mut secrets = Vec::new();
    for number in 0..SECRETS {
        let length = 16 + dice.below(48);
        let mut secret = dice.from(LETTERS, length);
        if number % 10 == 0 {
            secret = [b"postgresql://app:", &secret[..], b"@db.example.com:5432/app"].concat();
        }
        secrets.push(secret);
    }
    let start = Instant::now();
    let mask = Mask::of(secrets.iter().map(|secret| (secret.as_slice(), "")), Options::default());
    println!("{SECRETS} secrets made ready in {:?}", start.elapsed());
    let every: Vec<u8> = (0..=255).collect();
    let texts = [
        ("log lines with secrets", log(&mut dice, &secrets), true),
        ("random bytes", dice.from(&every, TEXT), true),
        ("base64", dice.from(LETTERS, TEXT), true),
        ("zeros", vec![0; TEXT], true),
        (
            "nothing but starts of secrets",
            secrets.iter().flat_map(|s| &s[..15]).cycle().take(TEXT).copied().collect(),
            false,
        ),
        ("nothing but secrets", secrets.iter().flatten().cycle().take(TEXT).copied().collect(), false),
    ];
    let mut code = ExitCode::SUCCESS;
    for (name, text, has_aim) in texts {
        let speed = text.len() as u128 / measure(&mask, &text).as_micros().max(1);
        let verdict = match has_aim {
            false => "",
            true if speed >= AIM => "   aim met",
            true => {
                code = ExitCode::FAILURE;
                "   aim MISSED"
            }
        };
        println!("{name:<32}{speed:>6} MB/s{verdict}");
    }
    code
}
