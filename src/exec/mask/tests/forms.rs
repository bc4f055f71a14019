//! The forms in which programs print a value.

use super::{mask, masked};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};

const SECRET: &str = "p@ss wörd/\"<\\'&~+?";

#[track_caller]
fn is_hidden(text: &str) {
    assert_eq!(masked(&[SECRET], &format!("a={text};")), "a=***;", "{text}");
}

#[test]
fn url_encoded_values_are_masked() {
    for text in [
        "p%40ss%20w%C3%B6rd%2F%22%3C%5C%27%26~%2B%3F",
        "p%40ss+w%C3%B6rd%2F%22%3C%5C%27%26~%2B%3F",
        "p%40ss%20w%c3%b6rd%2f%22%3c%5c%27%26~%2b%3f",
        "p%40ss%20w%C3%B6rd/%22%3C%5C%27%26~%2B%3F",
        "p%40ss+w%C3%B6rd%2F%22%3C%5C%27%26%7E%2B%3F",
        "p%40ss%20w%C3%B6rd%2F%22%3C%5C'%26~%2B%3F",
        "p@ss%20w%C3%B6rd/%22%3C%5C'&~+?",
    ] {
        is_hidden(text);
    }
}

#[test]
fn json_and_shell_forms_are_masked() {
    for text in [
        SECRET,
        "p@ss wörd/\\\"<\\\\'&~+?",
        "p@ss w\\u00f6rd/\\\"<\\\\'&~+?",
        "p@ss w\\u00F6rd/\\\"<\\\\'&~+?",
        "p@ss wörd/\\\"\\u003c\\\\'\\u0026~+?",
        "p@ss wörd\\/\\\"<\\\\'&~+?",
        "p@ss wörd/\"<\\'\\''&~+?",
    ] {
        is_hidden(text);
    }
    let emoji = "key \u{1f511} of mine";
    assert_eq!(masked(&[emoji], "\"key \\ud83d\\udd11 of mine\""), "\"***\"");
    assert_eq!(masked(&["two\nlines here"], "{\"a\": \"two\\nlines here\"}"), "{\"a\": \"***\"}");
}

/// All that can be left are the two letters at the borders, which hold bits of the neighbours.
#[test]
fn base64_is_masked_at_every_place_and_in_both_alphabets() {
    let secret = "hunter2-hunter3?>~\u{ff}";
    for before in 0..7 {
        for after in 0..7 {
            let text = format!("{}{secret}{}", &"user:a"[..before.min(6)], &"\nafter"[..after.min(6)]);
            for engine in [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD] {
                let encoded = engine.encode(&text);
                let out = masked(&[secret], &encoded);
                let at = out.find("***").unwrap_or_else(|| panic!("{encoded}: {out}"));
                let (first, last) = (&out[..at], &out[at + 3..]);
                assert!(first.len() <= (before.min(6) * 8).div_ceil(6), "{encoded}: {out}");
                assert!(last.len() <= (after.min(6) * 8).div_ceil(6) + 3, "{encoded}: {out}");
                if after == 0 {
                    assert_eq!(last, "", "{encoded}");
                }
            }
        }
    }
}

#[test]
fn basic_authorization_and_wrapped_base64_are_masked() {
    let header = format!("Authorization: Basic {}", STANDARD.encode("deploy:hunter2-hunter3"));
    let out = masked(&["hunter2-hunter3"], &header);
    assert!(out.starts_with("Authorization: Basic ") && out.ends_with("***") && out.len() < 36, "{out}");
    let secret = "0123456789 abcdefghij ".repeat(20);
    for width in [64, 76] {
        let encoded = STANDARD.encode(&secret);
        let lines: Vec<&str> =
            encoded.as_bytes().chunks(width).filter_map(|line| str::from_utf8(line).ok()).collect();
        let out = masked(&[&secret], &lines.join("\n"));
        let full = out.lines().filter(|line| *line == "***").count();
        assert!(full >= encoded.len() / width, "{out}");
    }
}

#[test]
fn lines_of_a_value_are_masked_one_by_one_but_not_the_marks_of_pem() {
    let pem = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0B\r\n  AQEFAASCBKcwggSjAgEAAoIB  \nshort\n-----END PRIVATE KEY-----\n";
    let text =
        "-----BEGIN PRIVATE KEY-----\n    MIIEvQIBADANBgkqhkiG9w0B\n\tAQEFAASCBKcwggSjAgEAAoIB\nshort\n";
    assert_eq!(masked(&[pem], text), "-----BEGIN PRIVATE KEY-----\n    ***\n\t***\nshort\n");
    assert_eq!(masked(&[pem], &format!("{pem}.")), "***.");
    assert_eq!(masked(&["token-with-a-line-feed\n"], "<token-with-a-line-feed>"), "<***>");
}

#[test]
fn values_of_any_bytes_and_any_length_are_patterns() {
    let bytes: Vec<u8> = (0..=255).collect();
    assert_eq!(*mask(8, &[&bytes]).apply(&bytes), *b"***");
    for length in [1, 2, 3, 4, 5] {
        let value = &bytes[100..100 + length];
        assert_eq!(*mask(1, &[value]).apply(value), *b"***");
    }
    let long = b"0123456789 abcdef\n".repeat(5000);
    let out = mask(8, &[&long]).apply(&long);
    assert_eq!(*out, *b"***");
}
