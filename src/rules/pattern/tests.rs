use super::{Pattern, PatternError};
use serde_json::Value;

/// Patterns with the verdicts of Go 1.26's `regexp`: rules seen in public repositories first, then random ones.
const GO: &str = include_str!("../../../fixtures/patterns/go-1.26.jsonl");

fn refusal(pattern: &str) -> PatternError {
    Pattern::new(pattern).expect_err(pattern)
}

fn texts<'a>(case: &'a Value, field: &str) -> Vec<&'a str> {
    case[field].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

#[test]
fn every_pattern_matches_what_it_matches_in_go() {
    let mut cases = 0;
    for line in GO.lines() {
        let case: Value = serde_json::from_str(line).expect(line);
        let source = case["pattern"].as_str().expect(line);
        match (Pattern::new(source), case["valid"] == true) {
            (Ok(pattern), true) => {
                for text in texts(&case, "matches") {
                    assert!(pattern.is_match(text), "{source:?} does not match {text:?}");
                }
                for text in texts(&case, "misses") {
                    assert!(!pattern.is_match(text), "{source:?} matches {text:?}");
                }
            }
            (Err(fault), false) => assert!(!fault.valid_in_sops, "{source:?}: {fault}"),
            // Refused for what Go does with it; see the test on unsupported patterns.
            (Err(fault), true) => assert!(fault.valid_in_sops, "{source:?}: {fault}"),
            (Ok(_), false) => panic!("{source:?} is invalid in Go"),
        }
        cases += 1;
    }
    assert!(cases > 400, "only {cases} cases");
}

#[test]
fn perl_classes_are_ascii() {
    for (pattern, outside) in [(r"\w", "é"), (r"\d", "٣"), (r"\s", "\u{a0}"), (r"\s", "\u{b}")] {
        assert!(!Pattern::new(pattern).unwrap().is_match(outside), "{pattern} {outside:?}");
    }
    assert!(Pattern::new(r"\bkey\b").unwrap().is_match("ékeyé"));
}

#[test]
fn characters_that_only_rust_gives_a_meaning_are_ordinary() {
    assert!(Pattern::new(r"^[a&&b]+$").unwrap().is_match("a&b"));
    assert!(Pattern::new(r"\<b\>").unwrap().is_match("<b>"));
    assert!(Pattern::new(r"x{,2}").unwrap().is_match("x{,2}"));
}

#[test]
fn a_fault_has_its_place_in_characters() {
    assert_eq!(refusal("é[z-a]").position, 3);
    assert_eq!(refusal("ab(c").position, 3);
    assert_eq!(refusal(r"a\Z").position, 2);
    assert!(refusal("^(?!secret)").to_string().contains("look-ahead"));
    assert!(refusal(r"(\w)\1").to_string().contains("back reference"));
}

#[test]
fn what_go_takes_and_rust_cannot_is_told_apart_from_what_go_refuses() {
    for pattern in [r"\p{Greek}", r"\x{D800}", "a(?i)*", &"(?:".repeat(400)] {
        let balanced = format!("{pattern}{}", ")".repeat(pattern.matches("(?:").count()));
        assert!(refusal(&balanced).valid_in_sops, "{pattern}");
    }
    assert!(!refusal("a**").valid_in_sops);
}

#[test]
fn a_pattern_that_would_take_much_memory_is_refused() {
    assert!(refusal(r"(?:\pL{999}|\PL{999}){1}").valid_in_sops);
}

#[test]
fn no_prefix_of_a_pattern_makes_it_panic() {
    let long = r"^(?i-s:[[:alpha:]\d\x{e9}-\x{ff}]+?|\Q.*\E{2,}|(?P<n>\pL\P{^Lu})|\012\x41\t)*$é";
    for (end, _) in long.char_indices() {
        let _ = Pattern::new(&long[..end]);
        let _ = Pattern::new(&long[end..]);
    }
}
