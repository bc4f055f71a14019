//! The difference between the recipients that a file has and those that it is to have, in sops' form.

use super::wanted::{Groups, Wanted, groups_of};
use crate::keys::Recipient;
use crate::metadata::Metadata;
use std::fmt;

/// What would change in a file's key groups.
pub struct Difference {
    groups: Vec<Group>,
    /// The threshold before and after, when it changes; 0 is none.
    threshold: Option<(u32, u32)>,
}

#[derive(Default)]
struct Group {
    common: Vec<Recipient>,
    added: Vec<Recipient>,
    removed: Vec<Recipient>,
}

impl Difference {
    /// Group by group; the order of keys in a group does not count.
    pub fn between(file: &Metadata, wanted: &Wanted) -> Difference {
        let old = groups_of(file);
        let none = Vec::new();
        let groups = (0..old.len().max(wanted.groups.len())).map(|number| {
            let (old, new) = (old.get(number).unwrap_or(&none), wanted.groups.get(number).unwrap_or(&none));
            Group {
                common: old.iter().filter(|key| new.contains(key)).cloned().collect(),
                added: new.iter().filter(|key| !old.contains(key)).cloned().collect(),
                removed: old.iter().filter(|key| !new.contains(key)).cloned().collect(),
            }
        });
        let (before, after) = (file.shamir_threshold, wanted.threshold);
        // That all of several groups are needed goes without saying, as in sops.
        let all = before == 0 && after as usize == wanted.groups.len();
        Difference {
            groups: groups.collect(),
            threshold: (before != after && !all).then_some((before, after)),
        }
    }

    /// Whether nothing would change.
    pub fn is_empty(&self) -> bool {
        self.threshold.is_none()
            && self.groups.iter().all(|group| group.added.is_empty() && group.removed.is_empty())
    }

    /// Those who can read the file now and will not be in any of its groups.
    pub fn removed(&self, wanted: &Groups) -> Vec<&Recipient> {
        let mut gone: Vec<&Recipient> = Vec::new();
        for key in self.groups.iter().flat_map(|group| &group.removed) {
            if !wanted.iter().flatten().any(|kept| kept == key) && !gone.contains(&key) {
                gone.push(key);
            }
        }
        gone
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "The following changes will be made to the file's groups:")?;
        if let Some((old, new)) = self.threshold {
            for (mark, number) in [("+++", new), ("---", old)] {
                if number != 0 {
                    writeln!(f, "{mark} shamir_threshold: {number}")?;
                }
            }
        }
        for (number, group) in self.groups.iter().enumerate() {
            writeln!(f, "Group {}", number + 1)?;
            for (mark, keys) in [("   ", &group.common), ("+++", &group.added), ("---", &group.removed)] {
                for key in keys {
                    writeln!(f, "{mark} {}", key.identity())?;
                }
            }
        }
        Ok(())
    }
}
