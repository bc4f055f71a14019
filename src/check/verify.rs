//! With a file's data key: whether every value opens and the mac is right.

use super::finding::{Finding, Kind};
use super::placeholder::is_placeholder;
use super::values::{MOST, path_of, place_of};
use crate::crypto::{Cipher, DataKey};
use crate::file::{FileError, MacCheck, Sealed, open};

/// Opens a file and says what is wrong with it. Of what [`super::check`] finds without a key, nothing is repeated.
pub fn verify(sealed: Sealed, key: &DataKey) -> Vec<Finding> {
    let opened = match open(sealed, &Cipher::new(key), MacCheck::Verify) {
        Ok(opened) => opened,
        Err(error) => return vec![fault(error)],
    };
    let document = opened.sealed().document();
    let unfilled = document.slots().iter().enumerate().filter(|(number, slot)| {
        opened.was_sealed(*number) && !slot.is_comment() && is_placeholder(&opened.value(*number).text())
    });
    let findings = unfilled.take(MOST).map(|(_, slot)| {
        Finding::new(Kind::Placeholder, "a placeholder is encrypted here")
            .at(place_of(document, slot))
            .key(path_of(document, slot))
    });
    findings.collect()
}

fn fault(error: FileError) -> Finding {
    let place = error.place();
    match error {
        FileError::Value { path, error, .. } => {
            Finding::new(Kind::DamagedValue, error.to_string()).at(place).key(Some(path))
        }
        FileError::MacMismatch => Finding::new(
            Kind::MacMismatch,
            "the mac does not match: values were added, removed, reordered or replaced after encryption",
        ),
        FileError::MacUnreadable(error) => {
            Finding::new(Kind::MacMismatch, format!("the mac can't be opened: {error}"))
        }
        FileError::Layout(_) => Finding::new(Kind::DamagedValue, error.to_string())
            .fix("restore the line x_layout from the last good commit, or delete it"),
        error => Finding::new(Kind::DamagedValue, error.to_string()).at(place),
    }
}
