//! Three-way merges of generated files, compared with a second and deliberately simple merge of their values.

mod dice;
mod model;
mod sample;

use dice::Dice;
use model::Plain;
use sample::{Look, Maker};
use sops_rs::document::Document;
use sops_rs::document::format::Format;
use sops_rs::document::merge::{Merged, merge};
use sops_rs::document::step::Step;
use sops_rs::document::syntax::Limits;
use std::collections::{BTreeMap, BTreeSet};

const CASES: u64 = 250;

fn parse(format: Format, text: &str) -> Document {
    match Document::parse(text.as_bytes(), format, &Limits::default()) {
        Ok(document) => document,
        Err(error) => panic!("{error} at {:?}\n{text}", error.place),
    }
}

/// The places of the conflicts as the model names them.
fn places(merged: &Merged) -> BTreeSet<String> {
    let step = |step: &Step| match step {
        Step::Key(key) => format!("/{key}"),
        Step::Index(index) => format!("/{index}"),
    };
    let place = |conflict: &sops_rs::document::merge::Conflict| {
        format!("/{}", conflict.document) + &conflict.path.iter().map(step).collect::<String>()
    };
    merged.conflicts.iter().map(place).collect()
}

struct Case {
    look: Look,
    base: String,
    ours: String,
    theirs: String,
}

impl Case {
    fn new(format: Format, seed: u64) -> Case {
        let dice = &mut Dice::new(seed);
        let look = Look::random(format, dice);
        let mut maker = Maker { dice, look, made: 0 };
        let base = maker.file();
        let (ours, theirs) = (maker.changed(&base, 0), maker.changed(&base, 1));
        let text = |file: &[sample::Tree]| sample::text(file, look);
        Case { look, base: text(&base), ours: text(&ours), theirs: text(&theirs) }
    }

    /// Panics unless the merge is what the model says; otherwise whether there was a conflict of values; `None`: of comments only.
    fn check(&self) -> Option<bool> {
        let format = self.look.format;
        let parse = |text: &str| parse(format, text);
        let (base, ours, theirs) = (parse(&self.base), parse(&self.ours), parse(&self.theirs));
        let merged = merge(Some(&base), &ours, &theirs);
        let shown = || {
            let side = merged.theirs.as_ref().map_or("-", |text| text.as_str());
            let Case { base, ours, theirs, .. } = self;
            let (result, places) = (merged.ours.as_str(), places(&merged));
            format!(
                "{base}\n-> ours\n{ours}\n-> theirs\n{theirs}\n=> {places:?}\n{result}\n=> theirs\n{side}"
            )
        };

        let [base_tree, our_tree, their_tree] = [&base, &ours, &theirs].map(Plain::of);
        let (mut conflicts, mut other) = (BTreeSet::new(), BTreeSet::new());
        let wanted = model::merge(Some(&base_tree), Some(&our_tree), Some(&their_tree), "", &mut conflicts);
        let swapped = model::merge(Some(&base_tree), Some(&their_tree), Some(&our_tree), "", &mut other);
        self.no_comment_is_lost(&merged, shown);
        let found = places(&merged);
        if self.is_about_comments(&merged, &conflicts) {
            return None;
        }
        assert_eq!(found, conflicts, "{}", shown());
        assert_eq!(merged.theirs.is_some(), !conflicts.is_empty(), "{}", shown());
        assert_eq!(Some(Plain::of(&parse(&merged.ours))), wanted, "{}", shown());
        if let Some(theirs) = &merged.theirs {
            assert_eq!(Some(Plain::of(&parse(theirs))), swapped, "{}", shown());
        }
        let turned = merge(Some(&base), &theirs, &ours);
        if self.is_about_comments(&turned, &other) {
            return None;
        }
        assert_eq!(places(&turned), other, "{}", shown());
        assert_eq!(other, conflicts, "{}", shown());
        assert_eq!(Some(Plain::of(&parse(&turned.ours))), swapped, "{}", shown());

        if conflicts.is_empty() && !self.look.one_line {
            self.untouched_lines_stay(&merged, shown);
        }
        Some(!conflicts.is_empty())
    }

    /// Whether there are more conflicts than the values tell of, because a comment could be kept on one side only.
    fn is_about_comments(&self, merged: &Merged, conflicts: &BTreeSet<String>) -> bool {
        let comments = |text: &str| -> BTreeSet<String> {
            text.lines().filter(|line| line.contains("about ")).map(|line| line.trim().to_owned()).collect()
        };
        let more = places(merged).difference(conflicts).count();
        let theirs = merged.theirs.as_ref().map(|text| comments(text));
        more > 0 && theirs.is_some_and(|theirs| theirs != comments(&merged.ours))
    }

    fn no_comment_is_lost(&self, merged: &Merged, shown: impl Fn() -> String) {
        let comments = |text: &str| -> BTreeSet<String> {
            text.lines().filter(|line| line.contains("about ")).map(|line| line.trim().to_owned()).collect()
        };
        let (base, ours, theirs) = (comments(&self.base), comments(&self.ours), comments(&self.theirs));
        let mut found = comments(&merged.ours);
        found.extend(merged.theirs.iter().flat_map(|text| comments(text)));
        for comment in ours.union(&theirs) {
            let is_owed = !base.contains(comment) || ours.contains(comment) && theirs.contains(comment);
            assert!(!is_owed || found.contains(comment), "{comment}\n{}", shown());
        }
    }

    fn untouched_lines_stay(&self, merged: &Merged, shown: impl Fn() -> String) {
        let count = |text: &str| {
            let mut count: BTreeMap<String, usize> = BTreeMap::new();
            // JSON's last entry has no comma, whichever it is.
            for line in text.lines().filter(|line| line.contains("key")) {
                *count.entry(line.trim_end_matches(',').to_owned()).or_default() += 1;
            }
            count
        };
        let [base, ours, theirs, made] =
            [&self.base, &self.ours, &self.theirs, merged.ours.as_str()].map(count);
        for (line, times) in &ours {
            if base.get(line) == Some(times) && theirs.get(line) == Some(times) {
                assert_eq!(made.get(line), Some(times), "{line}\n{}", shown());
            }
        }
    }
}

fn agree(format: Format) {
    let (mut conflicts, mut comments) = (0, 0);
    for seed in 0..CASES {
        match Case::new(format, seed).check() {
            Some(conflict) => conflicts += u64::from(conflict),
            None => comments += 1,
        }
    }
    assert!(comments < CASES / 10, "{comments} of {CASES}");
    // Both kinds are there in numbers.
    assert!((CASES / 10..CASES * 9 / 10).contains(&conflicts), "{conflicts} of {CASES}");
}

#[test]
fn yaml_merges_as_the_model_does() {
    agree(Format::Yaml);
}

#[test]
fn json_merges_as_the_model_does() {
    agree(Format::Json);
}

#[test]
fn toml_merges_as_the_model_does() {
    agree(Format::Toml);
}

#[test]
fn dotenv_merges_as_the_model_does() {
    agree(Format::Dotenv);
}

#[test]
fn ini_merges_as_the_model_does() {
    agree(Format::Ini);
}
