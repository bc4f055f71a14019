//! A rule of a config with one age recipient more or less; everything else in the text stays letter by letter.

use crate::document::Document;
use crate::document::edit::{Change, EditError};
use crate::document::format::Format;
use crate::document::step::{self, Step};
use crate::document::syntax::Limits;
use crate::document::tree::Node;
use crate::keys::age::AgeRecipient;
use zeroize::Zeroizing;

/// What happens to a rule.
pub enum Edit<'a> {
    /// The recipient comes to the end of a key group (0 in a rule without groups), with a comment if there is room.
    Add { group: usize, name: Option<&'a str> },
    /// The recipient goes, wherever it stands in the rule.
    Remove,
}

/// The config's text with rule number `rule` changed. An error when the text has no place for the change, as where the
/// keys come from an anchor elsewhere.
pub fn edited(
    text: &[u8],
    rule: usize,
    recipient: &AgeRecipient,
    edit: &Edit<'_>,
) -> Result<Zeroizing<String>, EditError> {
    let path = vec![Step::Key("creation_rules".into()), Step::Index(rule)];
    match edit {
        Edit::Add { group, name } => {
            let document = parse(text)?;
            let added = add(&document, path, *group, recipient)?;
            Ok(name.map_or(added.clone(), |name| named(&added, document.text(), recipient, name)))
        }
        Edit::Remove => remove(text, path, recipient),
    }
}

fn parse(text: &[u8]) -> Result<Document, EditError> {
    Ok(Document::parse(text, Format::Yaml, &Limits::default())?)
}

fn root(document: &Document) -> Node {
    document.trees().into_iter().next().unwrap_or(Node::Map(Vec::new()))
}

fn add(
    document: &Document,
    mut path: Vec<Step>,
    group: usize,
    recipient: &AgeRecipient,
) -> Result<Zeroizing<String>, EditError> {
    let root = root(document);
    let rule = step::find(&root, &path).map_err(EditError::Path)?;
    if rule.get("key_groups").is_some_and(|groups| groups.entries().next().is_some()) {
        path.extend([Step::Key("key_groups".into()), Step::Index(group)]);
    }
    let keys = step::find(&root, &path).map_err(EditError::Path)?.get("age").cloned();
    path.push(Step::Key("age".into()));
    let one = Node::str(recipient.text());
    match keys {
        Some(Node::List(items)) => {
            path.push(Step::Index(Node::List(items).entries().count()));
            document.edited(&path, Change::Set(&one))
        }
        Some(node @ Node::Scalar(_)) => {
            let keys = node.text().unwrap_or_default();
            let keys = keys.trim_end().trim_end_matches(',');
            let between = [",\n", ", "].into_iter().find(|mark| keys.contains(mark)).unwrap_or(",");
            let comma = if keys.is_empty() { "" } else { between };
            let longer = Node::str(&format!("{keys}{comma}{}", recipient.text()));
            document.edited(&path, Change::Set(&longer))
        }
        _ => {
            use crate::document::tree::Item;
            let list = Node::List(vec![Item::Entry { key: String::new(), node: one }]);
            document.edited(&path, Change::Set(&list))
        }
    }
}

/// Writes a name behind a recipient that was just added as an item of its own.
fn named(text: &Zeroizing<String>, before: &str, recipient: &AgeRecipient, name: &str) -> Zeroizing<String> {
    let mut old = before.lines();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end();
        let is_new = old.clone().next() != Some(line.trim_end_matches(['\r', '\n']));
        let is_item = bare.trim_start().starts_with('-')
            && bare.trim_end_matches(['"', '\'']).ends_with(recipient.text());
        if is_new && is_item {
            let end = at + bare.len();
            return Zeroizing::new(format!("{} # {name}{}", &text[..end], &text[end..]));
        }
        if !is_new {
            old.next();
        }
        at += line.len();
    }
    text.clone()
}

/// Takes the recipient out at one place after the other: each removal moves those behind it.
fn remove(text: &[u8], path: Vec<Step>, recipient: &AgeRecipient) -> Result<Zeroizing<String>, EditError> {
    let mut document = parse(text)?;
    let mut removed = 0;
    loop {
        let root = root(&document);
        let rule = step::find(&root, &path).map_err(EditError::Path)?;
        let mut at = path.clone();
        let Some(rest) = find(rule, recipient, &mut at) else { break };
        let change = match &rest {
            Some(rest) => Change::Set(rest),
            None => Change::Remove,
        };
        let text = document.edited(&at, change)?;
        document = Document::from_text(text, Format::Yaml, &Limits::default())?;
        removed += 1;
    }
    match removed {
        0 => Err(EditError::Missing(format!("the rule does not list {recipient}"))),
        _ => Ok(Zeroizing::new(document.text().to_owned())),
    }
}

/// The first text below a rule or key group that lists the recipient: `path` is led to it, and the outcome is what
/// remains of it, nothing if that is all. Depth is bounded by the scan.
fn find(keys: &Node, recipient: &AgeRecipient, path: &mut Vec<Step>) -> Option<Option<Node>> {
    if let Some(age) = keys.get("age") {
        path.push(Step::Key("age".into()));
        match age {
            Node::Scalar(_) => {
                if let Some(rest) = without(age, recipient) {
                    return Some(rest);
                }
            }
            _ => {
                for (number, (_, item)) in age.entries().enumerate() {
                    path.push(Step::Index(number));
                    if let Some(rest) = without(item, recipient) {
                        return Some(rest);
                    }
                    path.pop();
                }
            }
        }
        path.pop();
    }
    for field in ["merge", "key_groups"] {
        for (number, (_, group)) in keys.get(field).into_iter().flat_map(Node::entries).enumerate() {
            path.extend([Step::Key(field.into()), Step::Index(number)]);
            if let Some(rest) = find(group, recipient, path) {
                return Some(rest);
            }
            path.truncate(path.len() - 2);
        }
    }
    None
}

/// A text of recipients without one of them; `None` when it is not in it.
fn without(node: &Node, recipient: &AgeRecipient) -> Option<Option<Node>> {
    let text = node.text()?;
    let is_it = |part: &&str| AgeRecipient::stored(part) == *recipient;
    let parts: Vec<&str> = text.split(',').collect();
    parts.iter().any(is_it).then(|| {
        let rest: Vec<&str> = parts.into_iter().filter(|part| !is_it(part)).collect();
        let rest = rest.join(",");
        (!rest.trim().is_empty()).then(|| Node::str(rest.trim()))
    })
}
