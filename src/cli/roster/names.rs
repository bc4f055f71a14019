//! What people call the recipients of a config: the anchor or the comment beside a key, or the comment that an SSH key
//! carries.

use crate::keys::Recipient;

/// Letters of a comment that is still a name.
const LONGEST: usize = 60;

/// The lines of a config, for looking up names.
pub struct Names {
    lines: Vec<String>,
}

impl Names {
    pub fn of(config: &str) -> Names {
        Names { lines: config.lines().map(str::to_owned).collect() }
    }

    /// The name of a recipient.
    pub fn name(&self, recipient: &Recipient) -> Option<String> {
        let identity = recipient.identity();
        let words: Vec<&str> = identity.split_whitespace().collect();
        let key = match recipient {
            Recipient::Age(_) => words.iter().take(2).copied().collect::<Vec<_>>().join(" "),
            _ => identity.clone(),
        };
        let comment = || words.get(2..).map(|rest| rest.join(" ")).filter(|name| !name.is_empty());
        let beside = (0..self.lines.len()).find_map(|number| self.name_at(number, &key));
        beside.or_else(|| comment().filter(|_| matches!(recipient, Recipient::Age(_))))
    }

    /// The recipient that has a name, of those given.
    pub fn find<'a>(&self, name: &str, among: &'a [Recipient]) -> Vec<&'a Recipient> {
        among.iter().filter(|recipient| self.name(recipient).as_deref() == Some(name)).collect()
    }

    /// The name on the line of a key, or on the line above it.
    fn name_at(&self, number: usize, key: &str) -> Option<String> {
        let (before, after) = self.lines[number].split_once(key)?;
        if before.trim_start().starts_with('#') || key.is_empty() {
            return None;
        }
        // A comment behind several keys is the name of none.
        let alone =
            ![before, after.split('#').next().unwrap_or_default()].iter().any(|text| text.contains(','));
        let behind = after.trim_start_matches(['"', '\'', ' ', '\t']).strip_prefix('#').and_then(name);
        let anchor = || before.split_whitespace().find_map(|word| name(word.strip_prefix('&')?));
        // Only the key of an item has a comment of its own; one above a text with several keys is about all of them.
        let item = before.trim().trim_end_matches(['"', '\'']).trim_end() == "-" && !after.contains(',');
        let above = || {
            let line = self.lines.get(number.checked_sub(1)?).filter(|_| item)?;
            name(line.trim_start().strip_prefix('#')?)
        };
        behind.filter(|_| alone).or_else(anchor).or_else(above)
    }
}

fn name(text: &str) -> Option<String> {
    let name = text.trim_start_matches('#').trim();
    let fits = !name.is_empty() && name.chars().count() <= LONGEST && !name.contains(char::is_control);
    fits.then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::age::AgeRecipient;

    #[test]
    fn a_key_is_called_what_stands_beside_it() {
        let names = Names::of(
            "keys:\n  - &server age1server\nrules:\n  - age:\n    - age1alice # alice, ops\n    # bob the builder\n    \
             - 'age1bob'\n    - ssh-ed25519 AAAA carol@host\n    - age1none\n  - age: age1one,age1two # both\n# age1gone # dave\n",
        );
        let name = |text: &str| names.name(&Recipient::Age(AgeRecipient::stored(text)));
        assert_eq!(name("age1server").as_deref(), Some("server"));
        assert_eq!(name("age1alice").as_deref(), Some("alice, ops"));
        assert_eq!(name("age1bob").as_deref(), Some("bob the builder"));
        assert_eq!(name("ssh-ed25519 AAAA carol@host").as_deref(), Some("carol@host"));
        assert_eq!(name("age1none"), None);
        assert_eq!((name("age1one"), name("age1two")), (None, None));
        assert_eq!(name("age1gone"), None);
    }
}
